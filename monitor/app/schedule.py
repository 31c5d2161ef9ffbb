"""The timetable: which job runs how often, in which order, and what a failing one leaves behind."""

from collections.abc import Callable
from typing import NamedTuple

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from monitor.errors import AnchorwatchError, LeaseHeldError

log = structlog.get_logger(__name__)


class Job(NamedTuple):
    """Something to do every `every_s` seconds; or, with `weekly`, once a week then (`mon 07:00`, UTC)."""

    name: str
    run: Callable[[], object]
    every_s: float = 0.0
    weekly: str = ""


def start(jobs: list[Job], on_missed: Callable[[str], None] = lambda _name: None) -> BackgroundScheduler:
    """Run the jobs in the background until the scheduler is shut down.

    A job never runs beside itself; one that was missed runs once, late, not as often as it was missed.
    `on_missed` is given its name each time.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(max(1, len(jobs)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(_told(job), _trigger(job), id=job.name)
    scheduler.add_listener(
        lambda event: _missed(event, on_missed), EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED
    )
    scheduler.start()
    return scheduler


def _trigger(job: Job) -> BaseTrigger:
    if not job.weekly:
        return IntervalTrigger(seconds=job.every_s, timezone="UTC")
    day, _, clock = job.weekly.partition(" ")
    hour, _, minute = clock.partition(":")
    return CronTrigger(day_of_week=day, hour=int(hour), minute=int(minute), timezone="UTC")


def _missed(event: JobEvent, on_missed: Callable[[str], None]) -> None:
    log.warning("job still runs from last time; this round is left out", job=event.job_id)
    on_missed(event.job_id)


def _told(job: Job) -> Callable[[], None]:
    def run() -> None:
        try:
            job.run()
        except LeaseHeldError:
            return
        except AnchorwatchError as err:
            log.error("job failed; it runs again at its next time", job=job.name, why=str(err))
        except Exception:
            log.exception("job failed unexpectedly; it runs again at its next time", job=job.name)

    return run
