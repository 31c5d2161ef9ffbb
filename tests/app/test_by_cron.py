"""Who runs the agent by cron gets what an agent does once a day or once a week, too, and each once."""

from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine

from monitor.app import agent
from monitor.app.seldom import Seldom
from monitor.app.weekly import WeeklyReports
from monitor.app.wiring import App
from monitor.settings.settings import Settings
from tests.fakes.clock import FakeClock
from tests.stored import NOON


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)  # a Friday


def app_at(clock: FakeClock, engine: Engine, folder: Path) -> App:
    """The agent as one run by cron has it, under the clock of the test."""
    app = App(Settings(reports={"folder": folder, "evidently": False}), engine)
    app.weekly_reports = WeeklyReports(app, clock)
    app.seldom = ()  # type: ignore[assignment] # their time is that of the machine
    return app


def test_the_report_of_a_week_is_written_once_however_often_cron_runs(
    clock: FakeClock, sqlite_engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    agent.make_up(app_at(clock, sqlite_engine, folder))
    assert not folder.exists()  # what was due before the first run was never promised
    written: dict[str, int] = {}
    for _ in range(14):
        clock.forward(days=1)
        agent.make_up(app_at(clock, sqlite_engine, folder))
        if folder.exists():
            for path in folder.iterdir():
                assert written.setdefault(path.name, path.stat().st_mtime_ns) == path.stat().st_mtime_ns
    assert sorted(name for name in written if name.endswith(".md")) == [
        "reliability-2026-W47.md",
        "reliability-2026-W48.md",
    ]


def test_a_report_that_cannot_be_written_is_logged_and_stops_nothing(
    clock: FakeClock, sqlite_engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    app = app_at(clock, sqlite_engine, tmp_path / "file" / "x")
    agent.make_up(app)
    clock.forward(days=9)
    ran = []
    app.seldom = (Seldom("retention", lambda: ran.append(1), timedelta(days=1), NeverRan(), clock),)  # type: ignore[assignment,arg-type]
    with structlog.testing.capture_logs() as logged:
        agent.make_up(app)
    assert [(line["event"], line["job"]) for line in logged] == [
        ("job failed; it runs again at its next time", "weekly report")
    ]
    assert ran == [1]


class NeverRan:
    """Runs that were never noted."""

    def of(self, _name: str) -> None:
        """None was."""

    def note(self, _name: str, _at: object) -> None:
        """Forgotten at once."""
