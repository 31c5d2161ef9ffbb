"""A fall after an incident was resolved names that incident, in its history and on its page."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.incidents.history import CellsBroke, IncidentBefore
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.reasons import PageEnded
from monitor.review.status import overview
from reports.pages.page import page_of
from reports.tables.status import status_view
from tests.incidents.falls import HOUR, broken, notices, resolve
from tests.stored import NOON
from tests.worlds import World

DAY = timedelta(days=1)


def status_text(world: World) -> str:
    """The cells and the notes of `status`, and no line break in them."""
    view = status_view(
        overview(StatusStore(world.engine), IncidentRecords(world.engine), world.settings, "here")
    )
    return " ".join(note for block in view.blocks for note in block.notes)


def test_until_the_next_evaluation_status_says_that_a_person_ended_the_page(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    broken(world)
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED
    assert "the bet against the promise won" in status_text(world)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    judgement = world.cell("erasure").judgement
    assert (judgement.verdict, judgement.reasons[0]) == (Verdict.OK, PageEnded())
    assert "erasure: its page was ended by a person" in status_text(world)
    assert "the bet against the promise won" not in status_text(world)
    world.evaluate(NOON + 50 * HOUR)
    assert PageEnded() not in world.cell("erasure").judgement.reasons


def test_a_relapse_long_after_a_resolve_is_a_new_incident_that_says_after_which(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    broken(world)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    world.outcomes("erasure", "m" * 40, at=24 * 20, hours=24 * 20)
    world.evaluate(NOON + 22 * DAY)

    assert world.kinds()[:3] == ["opened", "resolved", "opened"]
    newest, _ = IncidentRecords(engine).all()
    before = IncidentBefore(1, "ana", NOON + 49 * HOUR)
    why = newest.history[0].why
    assert isinstance(why, CellsBroke)
    assert why.after == before
    words = " ".join(page_of(notices(engine)[2]).text.split())
    assert "after incident 1, resolved by ana on 2026-11-22 13:00 UTC" in words


def test_another_intent_that_falls_later_is_after_nothing(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    broken(world)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    world.outcomes("export", "m" * 40, at=24 * 20, hours=24 * 20)
    world.evaluate(NOON + 22 * DAY)
    newest, _ = IncidentRecords(engine).all()
    why = newest.history[0].why
    assert isinstance(why, CellsBroke)
    assert why.after is None
    assert "after incident" not in page_of(notices(engine)[2]).text
