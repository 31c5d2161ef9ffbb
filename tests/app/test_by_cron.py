"""Who runs the agent by cron gets what an agent does once a day or once a week, too, and each once."""

from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine

from connectors.sql.requests import AnsweredRequests
from monitor.app import agent
from monitor.app.clock import now
from monitor.app.seldom import Seldom
from monitor.app.weekly import DueReport, WeeklyReports
from monitor.app.wiring import App
from monitor.domain.access.requests import KeyedRequest
from monitor.review.ports.requests import Claim
from monitor.settings.settings import Settings
from tests.fakes.clock import FakeClock
from tests.stored import NOON, counts, label, prediction, store, take


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)  # a Friday


def app_at(clock: FakeClock, engine: Engine, folder: Path) -> App:
    """The agent as one run by cron has it, under the clock of the test."""
    app = App(Settings(reports={"folder": folder, "evidently": False}), engine)
    app.weekly_reports = WeeklyReports(app, clock)
    app.seldom = app.seldom_of_files = ()  # their time is that of the machine
    return app


def test_the_report_of_a_week_is_written_once_however_often_cron_runs(
    clock: FakeClock, sqlite_engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    agent.make_up(app_at(clock, sqlite_engine, folder), ignored)
    assert not folder.exists()  # what was due before the first run was never promised
    written: dict[str, int] = {}
    reports: list[DueReport] = []
    for _ in range(14):
        clock.forward(days=1)
        agent.make_up(app_at(clock, sqlite_engine, folder), reports.append)
        if folder.exists():
            for path in folder.iterdir():
                assert written.setdefault(path.name, path.stat().st_mtime_ns) == path.stat().st_mtime_ns
    assert sorted(name for name in written if name.endswith(".md")) == [
        "reliability-2026-W47.md",
        "reliability-2026-W48.md",
    ]
    assert [(str(report.week), report.files[0], list(report.sent_to)) for report in reports] == [
        (week, folder / f"reliability-{week}.html", []) for week in ("2026-W47", "2026-W48")
    ]


def ignored(_report: DueReport) -> None:
    """Nobody asks what was written."""


def test_a_report_that_cannot_be_written_is_logged_and_stops_nothing(
    clock: FakeClock, sqlite_engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    app = app_at(clock, sqlite_engine, tmp_path / "file" / "x")
    agent.make_up(app, ignored)
    clock.forward(days=9)
    ran = []
    app.seldom = (Seldom("retention", lambda: ran.append(1), timedelta(days=1), NeverRan(), clock),)  # type: ignore[arg-type]
    with structlog.testing.capture_logs() as logged:
        agent.make_up(app, ignored)
    assert [(line["event"], line["job"]) for line in logged] == [
        ("job failed; it runs again at its next time", "weekly report")
    ]
    assert ran == [1]


def test_predictions_of_files_grow_old_by_the_files_own_time(engine: Engine) -> None:
    days = 24 * 365
    take(
        store(engine),
        prediction("a", hours=-9 * days),
        prediction("b", hours=-9 * days + 24 * 80),
        prediction("c", hours=-9 * days + 24 * 100),
        label("c", hours=-9 * days + 24 * 101),
    )
    app = App(Settings(), engine)
    app.evaluate_once()
    app.seldom_of_files[0].when_due()
    assert counts(engine, "prediction") == {"prediction": 2}  # ninety days before the newest
    app.retain()
    assert counts(engine, "prediction") == {"prediction": 0}


def test_what_is_done_each_day_forgets_what_was_answered_a_day_ago(engine: Engine) -> None:
    asked = KeyedRequest("ana", "POST /api/v1/labels", "k1", b"")
    for hours in (25, 1):
        claim = AnsweredRequests(engine).claim(asked._replace(key=str(hours)), now() - timedelta(hours=hours))
        assert isinstance(claim, Claim)
    App(Settings(), engine).retain()
    assert counts(engine, "request") == {"request": 1}


class NeverRan:
    """Runs that were never noted."""

    def of(self, _name: str) -> None:
        """None was."""

    def note(self, _name: str, _at: object) -> None:
        """Forgotten at once."""
