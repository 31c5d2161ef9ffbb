"""What is done once a day is done once a day, however often agents start, on SQLite and PostgreSQL alike."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.last_runs import LastRuns
from monitor.app.schedule import Role, timetable
from monitor.app.seldom import Seldom
from monitor.app.wiring import App
from monitor.errors import UnavailableError
from monitor.settings.settings import Settings
from tests.fakes.clock import FakeClock
from tests.stored import counts, prediction, store, take

DAY = timedelta(days=1)


class Work:
    """Work of a day, and how often it was done."""

    def __init__(self, engine: Engine, clock: FakeClock, name: str = "retention") -> None:
        self.done = 0
        self.down = False
        self.seldom = Seldom(name, self.run, DAY, LastRuns(engine), clock)

    def run(self) -> None:
        if self.down:
            raise UnavailableError("database: out of reach")
        self.done += 1


def test_an_agent_that_starts_again_and_again_does_it_once_a_day(engine: Engine) -> None:
    clock, done = FakeClock(), []
    for _ in range(30):  # started every six hours, for a week and a half
        work = Work(engine, clock)
        work.seldom.when_due()
        work.seldom.when_due()
        done.append(work.done)
        clock.forward(hours=6)
    assert done == ([1, 0, 0, 0] * 8)[:30]


def test_of_two_agents_one_does_it(engine: Engine) -> None:
    clock = FakeClock()
    first, second = Work(engine, clock), Work(engine, clock)
    for _ in range(3):
        first.seldom.when_due()
        second.seldom.when_due()
        clock.forward(hours=24)
    assert (first.done, second.done) == (3, 0)


def test_each_work_has_its_own_time(engine: Engine) -> None:
    clock = FakeClock()
    Work(engine, clock).seldom.when_due()
    other = Work(engine, clock, "audit")
    other.seldom.when_due()
    assert other.done == 1


def test_what_failed_is_tried_again_at_the_next_look(engine: Engine) -> None:
    work = Work(engine, FakeClock())
    work.down = True
    with pytest.raises(UnavailableError):
        work.seldom.when_due()
    work.down = False
    work.seldom.when_due()
    assert work.done == 1


def test_a_clock_that_was_a_year_ahead_puts_it_off_by_no_year(engine: Engine) -> None:
    clock = FakeClock()
    work = Work(engine, clock)
    clock.forward(days=365)
    work.seldom.when_due()
    clock.forward(days=-365)
    work.seldom.when_due()
    assert work.done == 2


@pytest.mark.parametrize(("hours", "seconds"), [(24, 300), (1, 300), (0.2, 180)])
def test_it_is_looked_at_some_minutes_after_a_start_and_never_at_once(
    sqlite_engine: Engine, hours: float, seconds: float
) -> None:
    app = App(Settings(schedule={"retention_hours": hours}), sqlite_engine)
    jobs = {job.name: job.every_s for job in timetable(app, [Role.EVALUATE])}
    assert (jobs["retention"], jobs["audit"]) == (seconds, seconds)


def test_an_agent_s_retention_drops_what_is_old_at_its_first_look_and_not_at_the_second(
    engine: Engine,
) -> None:
    take(store(engine), prediction("old", hours=-24 * 9_000))
    app = App(Settings(), engine)
    retention = app.seldom[0]
    retention.when_due()
    assert counts(engine, "prediction") == {"prediction": 0}
    take(store(engine), prediction("older", hours=-24 * 9_000))
    retention.when_due()
    assert counts(engine, "prediction") == {"prediction": 1}


def test_silences_are_read_every_minute_where_alerts_are_sent_to_who_has_some(sqlite_engine: Engine) -> None:
    sinks = [{"kind": "alertmanager", "urls": ["http://127.0.0.1:1"]}]
    given = App(Settings(sinks=sinks), sqlite_engine)
    jobs = {job.name: job.every_s for job in timetable(given, [Role.DELIVER])}
    assert jobs["silences elsewhere"] == 60
    without = App(Settings(), sqlite_engine)
    assert "silences elsewhere" not in {job.name for job in timetable(without, [Role.DELIVER])}
