"""What is shown of a cell is what it was last judged on: evaluating, status and the weekly report have one "now"."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from typer.testing import CliRunner

from connectors.sql.database import writing
from connectors.sql.migrate import config, upgrade
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.cli.main import cli
from monitor.domain.judging.judge import Coverage
from monitor.domain.judging.reasons import TooFewLabels
from monitor.domain.judging.state import days_observed
from monitor.errors import JudgingError
from monitor.review.ports.status import Overview
from monitor.review.status import overview
from reports.tables.budget import as_object
from reports.tables.status import status_view
from tests.evaluate.defective import BOT, failing
from tests.review.weeks import by_intent, report
from tests.stored import NOON, TICKETS, rows
from tests.worlds import World

AFTER = timedelta(days=40)


def asked(world: World, at: datetime | None = None) -> Overview:
    return overview(StatusStore(world.engine), IncidentRecords(world.engine), world.settings, "here", at)


def test_a_fall_is_seen_as_soon_by_the_verdict_as_by_the_status_and_the_weekly_report(world: World) -> None:
    """Labels came on the first day only; the agent's clock is forty days further when it judges."""
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 18 + "mm")
    world.evaluate(NOON + AFTER)

    state = world.cell("erasure")
    assert state.judgement.coverage is Coverage.BLIND
    (few,) = (reason for reason in state.judgement.reasons if isinstance(reason, TooFewLabels))
    assert few.per_day == 0.5  # 20 outcomes in 40 days
    now = asked(world)
    assert now.judged_at == NOON + AFTER
    part = as_object(state, 1.0, few.within, now.days_observed[TICKETS])
    assert part["labels_per_day"] == few.per_day
    assert part["days_to_page"] == pytest.approx(few.days, abs=0.5)  # the reason is rounded to the day
    assert part["labels_per_day_needed"] == pytest.approx(few.needed, abs=0.1)  # and up to the tenth
    assert by_intent(report(world))["erasure"].unseen_days == part["days_to_page"]


def test_days_on_which_nobody_judged_are_not_days_without_labels(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 20)
    world.evaluate(NOON + timedelta(days=2))
    world.outcomes("refund", "h", at=24 * 60)  # taken in, and judged by nobody yet
    now = asked(world)
    assert now.judged_at == NOON + timedelta(days=2)
    assert now.days_observed[TICKETS] == 2.0
    assert world.cell("erasure").labels.per_day(now.days_observed[TICKETS]) == 10.0


def test_labels_that_nobody_judged_are_told_and_a_check_cannot_tell(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", world.engine.url.render_as_string(hide_password=False))
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 20)
    world.evaluate(NOON + timedelta(days=2))

    def checked() -> tuple[int, str, int]:
        done = CliRunner().invoke(cli, ["status", "--check"])
        (row,) = json.loads(CliRunner().invoke(cli, ["status", "--json"]).stdout)
        return done.exit_code, " ".join(done.stdout.split()), row["unjudged"]

    code, words, unjudged = checked()
    assert (code, unjudged) == (0, 0)
    assert "nothing was judged" not in words
    world.outcomes("erasure", "mmm")
    code, words, unjudged = checked()
    assert (code, unjudged) == (3, 3)
    assert "judged as of 2026-11-22 12:00 UTC 3 labelled tickets came since and nothing was judged" in words
    monkeypatch.setattr("monitor.cli.status.now", lambda: NOON + timedelta(days=2, minutes=5))
    assert checked()[0] == 0  # an agent may be about to judge them
    world.evaluate(NOON + timedelta(days=3))
    assert checked()[::2] == (0, 0)


def test_the_labels_of_a_model_that_could_not_be_counted_are_unjudged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 20)
    world.outcomes("refund", "hhh", model=BOT)
    with failing(monkeypatch, "count", BOT), pytest.raises(JudgingError):
        world.evaluate(NOON + timedelta(days=2))
    assert asked(world).unjudged == 3
    world.evaluate(NOON + timedelta(days=3))
    assert asked(world).unjudged == 0


def test_before_the_first_evaluation_nothing_was_judged(world: World) -> None:
    world.outcomes("erasure", "h")
    assert asked(world).judged_at is None
    assert (days_observed(None, NOON), days_observed(NOON, None)) == (0.0, 0.0)
    assert days_observed(NOON, NOON + timedelta(hours=1)) == 1.0


def test_what_an_earlier_version_judged_is_shown_as_of_its_latest_event(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 20)
    world.evaluate(NOON + timedelta(days=2))
    with writing(world.engine) as connection:
        command.downgrade(config(connection), "0005")
        connection.execute(text("DELETE FROM counter WHERE name = 'judged_at_us'"))
        ((latest,),) = connection.execute(
            text("SELECT value FROM counter WHERE name = 'latest_event_us'")
        ).all()
    upgrade(world.engine)
    assert asked(world).judged_at == NOON + timedelta(microseconds=latest - round(NOON.timestamp() * 1e6))


def test_a_standstill_of_more_than_a_day_and_a_half_stands_in_red_and_ages_count_from_now(
    world: World,
) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 20)
    at = NOON + timedelta(days=2)
    world.evaluate(at)
    late = "no evaluation for 11 days: is `anchorwatch run` alive?"

    def cells(asked_at: datetime) -> dict[str, str]:
        seen = asked(world, asked_at)
        blocks = status_view(seen).blocks
        return {" ".join(cell.lines): cell.mood for block in blocks for row in block.table for cell in row}

    assert cells(at + timedelta(days=11))[late] == "bad"
    assert not [words for words in cells(at + timedelta(hours=36)) if "alive" in words]
    assert asked(world, at + timedelta(days=11)).by_events is False
    ages = {words for words in cells(at + timedelta(days=11)) if words.endswith(" ago")}
    assert len(ages) == 1
    assert ages.pop().startswith(("11 days", "12 days", "13 days"))


def test_files_of_long_ago_are_judged_by_their_own_time_and_nothing_stands_still(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 20)
    latest = rows(world.engine, "SELECT max(latest_us) FROM event_hour")[0][0]
    world.evaluate(datetime.fromtimestamp(latest / 1e6, UTC))
    seen = asked(world, NOON + timedelta(days=90))
    assert seen.by_events
    assert not [row for block in status_view(seen).blocks for row in block.table if "alive" in str(row)]


def test_whether_files_were_judged_is_asked_of_what_is_late_alone(world: World) -> None:
    """It takes a pass over the hours of all events."""
    asked_for = []

    class Store(StatusStore):
        def judged_by_events(self) -> bool:
            asked_for.append(True)
            return super().judged_by_events()

    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 20)
    world.evaluate(NOON + AFTER)
    for at in (None, NOON + AFTER, NOON + AFTER + timedelta(hours=36)):
        overview(Store(world.engine), IncidentRecords(world.engine), world.settings, "here", at)
    assert asked_for == []
    late = NOON + AFTER + timedelta(hours=37)
    overview(Store(world.engine), IncidentRecords(world.engine), world.settings, "here", late)
    assert asked_for == [True]
