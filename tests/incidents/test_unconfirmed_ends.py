"""What a person ended stays unconfirmed, and `status` says so, until labels win the recall back or page again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.intervals import confidence_sequence
from monitor.review.ports.status import Overview
from monitor.review.status import overview
from reports.figures import interval
from reports.tables.status import status_objects, status_view
from tests.incidents.falls import HOUR, broken, resolve
from tests.stored import NOON
from tests.worlds import World

DAY = timedelta(days=1)


def status_text(world: World) -> str:
    """The notes of `status`, and no line break in them."""
    return " ".join(note for block in status_view(seen(world)).blocks for note in block.notes)


def verdicts(world: World) -> list[tuple[str, str]]:
    """Of each row of the table of intents the verdict, and how it is meant."""
    tables = [block for block in status_view(seen(world)).blocks if block.heads[-1:] and block.rows]
    (table,) = [block for block in tables if block.heads[-1].name == "verdict"]
    return [(" ".join(row[-1].lines), row[-1].mood) for row in table.table]


def status_rows(world: World) -> list[dict[str, Any]]:
    """The cells of `status --json`."""
    return list(status_objects(seen(world)))


def seen(world: World) -> Overview:
    """What `status` shows."""
    return overview(StatusStore(world.engine), IncidentRecords(world.engine), world.settings, "here")


def test_status_says_that_labels_have_not_confirmed_a_person_s_end_until_they_do(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    broken(world)
    resolve(world, 1, "ben", "rolled back", NOON + 49 * HOUR)
    world.evaluate(NOON + 49 * HOUR)
    assert "incident 1 resolved by ben; not confirmed by labels: no ticket since 2026-11-22 13:00 UTC" in (
        status_text(world)
    )
    assert verdicts(world) == [("not confirmed", "warn")]
    # Labels of tickets from before that come later are no tickets since.
    world.outcomes("erasure", "mm", hours=60)
    world.outcomes("erasure", "hhhm", at=50, hours=60)
    world.evaluate(NOON + 85 * HOUR)
    wanted = interval(Estimate(0.75, *confidence_sequence(3, 1)), 4, "labelled")
    assert f"not confirmed by labels: recall since 2026-11-22 13:00 UTC of erasure {wanted}" in status_text(
        world
    )
    (cell,) = [row for row in status_rows(world) if row["intent"] == "erasure"]
    assert {**cell["unconfirmed"], "low": None, "high": None} == {
        "incident": 1,
        "resolved_by": "ben",
        "resolved_at": "2026-11-22T13:00:00+00:00",
        "recall": 0.75,
        "low": None,
        "high": None,
        "labels": 4,
    }
    world.outcomes("erasure", "h" * 40, at=51, hours=61)
    world.evaluate(NOON + 86 * HOUR)
    assert "not confirmed by labels" not in status_text(world)
    assert [row["unconfirmed"] for row in status_rows(world)] == [None]
    assert verdicts(world) == [("ok", "good")]


def test_status_says_no_more_of_an_end_that_a_new_page_contradicts(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    broken(world)
    resolve(world, 1, "ben", "rolled back", NOON + 49 * HOUR)
    world.outcomes("erasure", "m" * 40, at=24 * 20, hours=24 * 20)
    world.evaluate(NOON + 22 * DAY)
    assert world.kinds() == ["opened", "resolved", "opened"]
    assert "not confirmed by labels" not in status_text(world)
