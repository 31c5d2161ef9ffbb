"""The timetable: what a failing job leaves behind, and how jobs are scheduled. Nothing here waits."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from threading import Event, Semaphore
from typing import Any

import pytest
import structlog

from monitor.app import schedule
from monitor.app.schedule import Job, start
from monitor.domain.weekly.calendar import WeeklyTime
from monitor.errors import UnavailableError

HOUR_S = 3600.0


@contextmanager
def scheduled(*jobs: Job) -> Iterator[dict[str, Any]]:
    """The jobs as APScheduler has them, by name; none of them comes due while a test runs."""
    scheduler = start(list(jobs))
    try:
        yield {job.id: job for job in scheduler.get_jobs()}
    finally:
        scheduler.shutdown()


def run_once(run: Callable[[], object]) -> list[Any]:
    """Run a job as the scheduler would, now; what it logged."""
    with structlog.testing.capture_logs() as logged, scheduled(Job("evaluate", run, HOUR_S)) as jobs:
        jobs["evaluate"].func()
    return list(logged)


def test_a_job_runs_what_it_was_given() -> None:
    ran = []
    assert run_once(lambda: ran.append("once")) == []
    assert ran == ["once"]


def test_a_service_out_of_reach_is_reported_and_ends_nothing() -> None:
    def fails() -> None:
        raise UnavailableError("database: out of reach")

    assert run_once(fails) == [
        {
            "event": "job failed; it runs again at its next time",
            "job": "evaluate",
            "why": "database: out of reach",
            "log_level": "error",
        }
    ]


def test_a_defect_is_reported_with_its_traceback_and_ends_nothing() -> None:
    def defect() -> None:
        raise ZeroDivisionError

    assert run_once(defect) == [
        {
            "event": "job failed unexpectedly; it runs again at its next time",
            "job": "evaluate",
            "exc_info": True,
            "log_level": "error",
        }
    ]


def test_what_is_done_aside_is_waited_for_by_nobody_and_never_goes_on_twice_at_once() -> None:
    over, ran = Event(), Semaphore(0)

    def hangs() -> None:
        ran.release()
        over.wait(30)

    began = time.monotonic()
    with scheduled(Job("heartbeat", hangs, HOUR_S, aside=True)) as jobs:
        for _ in range(3):
            jobs["heartbeat"].func()
    assert time.monotonic() - began < 1
    assert [ran.acquire(timeout=0.2) for _ in range(2)] == [True, False]
    over.set()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_whoever_stops_the_agent_is_not_kept_from_it(stop: type[BaseException]) -> None:
    def stopped() -> None:
        raise stop

    with pytest.raises(stop):
        run_once(stopped)


def test_every_job_has_its_own_time() -> None:
    def nothing() -> None:
        """Stands for any work."""

    with scheduled(Job("evaluate", nothing, HOUR_S), Job("deliver", nothing, 2 * HOUR_S)) as jobs:
        assert {name: job.trigger.interval for name, job in jobs.items()} == {
            "evaluate": timedelta(hours=1),
            "deliver": timedelta(hours=2),
        }


def test_a_job_never_runs_beside_itself_and_a_missed_one_runs_once_however_late() -> None:
    with scheduled(Job("evaluate", list, HOUR_S)) as jobs:
        job = jobs["evaluate"]
        assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)


def test_a_round_that_finds_the_last_one_still_running_is_left_out_and_counted() -> None:
    missed: list[str] = []
    left_out = Event()

    def tell(name: str) -> None:
        missed.append(name)
        left_out.set()

    with structlog.testing.capture_logs() as logged:
        scheduler = start([Job("evaluate", lambda: left_out.wait(10), 0.02)], tell)
        assert left_out.wait(10)
        scheduler.shutdown()
    assert set(missed) == {"evaluate"}
    assert {line["event"] for line in logged} == {"job still runs from last time; this round is left out"}


def test_a_weekly_job_runs_on_its_day_at_its_hour_in_utc() -> None:
    with scheduled(Job("weekly report", list, weekly=WeeklyTime("mon", 7, 0))) as jobs:
        trigger = jobs["weekly report"].trigger
        friday = datetime(2026, 11, 20, 12, tzinfo=UTC)
        assert trigger.get_next_fire_time(None, friday) == datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.mark.parametrize("hours", [-1, 2])
def test_a_clock_that_is_set_stops_no_interval(hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """APScheduler reckons by dates: set back by an hour, it would wait an hour for its next one."""
    ran = Semaphore(0)
    ahead = timedelta(0)

    class SetClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "SetClock":
            return super().now(tz) + ahead

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", SetClock)
    monkeypatch.setattr("apscheduler.triggers.interval.datetime", SetClock)
    monkeypatch.setattr(schedule, "now", lambda: SetClock.now(UTC))
    monkeypatch.setattr(schedule, "LOOK_S", 0.05)
    scheduler = start([Job("evaluate", ran.release, 0.2)])
    try:
        assert ran.acquire(timeout=10)
        ahead = timedelta(hours=hours)
        for _ in range(3):
            assert ran.acquire(timeout=10)
    finally:
        scheduler.shutdown()
