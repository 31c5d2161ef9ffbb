"""The timetable: which job runs how often, in which order, and what a failing one leaves behind."""

import threading
import time
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import NamedTuple

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from monitor.app.clock import now, steady
from monitor.app.weekly import DueReport
from monitor.app.wiring import App
from monitor.domain.weekly.calendar import WeeklyTime
from monitor.errors import AnchorwatchError, JudgingError, LeaseHeldError

log = structlog.get_logger(__name__)
POLL_S = 0.5  # how long ingest waits for new records at most
LOOK_S = 1.0  # how often it is looked whether the clock was set
STEP_S = 2.0  # less than this is drift
SILENCES_S = 60.0  # as often as Alertmanager is told again of what stands
MISSED_S = 1_800.0  # how often it is looked whether a weekly report is owed


class Role(StrEnum):
    """The parts of the work that agents may share."""

    INGEST = "ingest"
    EVALUATE = "evaluate"
    DELIVER = "deliver"


class Job(NamedTuple):
    """Something to do every `every_s` seconds; or, with `weekly`, once a week then.

    What is done `aside` is worth no wait: it is left where the agent ends, and left out while it still goes on.
    """

    name: str
    run: Callable[[], object]
    every_s: float = 0.0
    weekly: WeeklyTime | None = None
    aside: bool = False


def periods(app: App) -> dict[Role, float]:
    """How often each part of the work goes round, in seconds."""
    rules = app.settings.schedule
    return {
        Role.INGEST: POLL_S,
        Role.EVALUATE: rules.evaluate_seconds,
        Role.DELIVER: rules.deliver_seconds,
    }


def timetable(app: App, ours: Collection[Role]) -> list[Job]:
    """The jobs of an agent that does these parts of the work. Ingest is no job: it goes on all the time."""
    rules, health, reports = app.settings.schedule, app.vitals, app.weekly_reports
    often = rules.evaluate_seconds
    of_role = {
        Role.INGEST: [],
        Role.EVALUATE: [
            Job("evaluate", health.noted("evaluate", app.evaluate), often),
            Job("explain", app.analyses.explain_new, often),
            *(Job(each.name, each.when_due, each.look_every.total_seconds()) for each in app.seldom),
            Job("weekly report", reports.write_due, weekly=WeeklyTime.parse(rules.weekly)),
            Job("a missed weekly report", reports.write_due, MISSED_S),
        ],
        Role.DELIVER: [
            Job("deliver", health.noted("deliver", app.deliver_briefly), rules.deliver_seconds),
            *([Job("silences elsewhere", app.heed_silences, SILENCES_S)] if app.reads_silences else ()),
        ],
    }
    heartbeat = Job("heartbeat", health.heartbeat, often, aside=True)
    return [*(job for role in Role if role in ours for job in of_role[role]), heartbeat]


def due_jobs(app: App, on_report: Callable[[DueReport], None], *, of_files: bool = False) -> list[Job]:
    """What is done seldom, each by when it was last done: to be run once, by who does not stay.

    `on_report` is given the weekly report, where one was due. The events `of_files` grow old by their own time.
    """

    def write() -> None:
        if (written := app.weekly_reports.write_due()) is not None:
            on_report(written)

    seldom = app.seldom_of_files if of_files else app.seldom
    return [*(Job(each.name, each.when_due) for each in seldom), Job("weekly report", write)]


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
        scheduler.add_job(_aside(job) if job.aside else logged(job), _trigger(job), id=job.name)
    scheduler.add_listener(
        lambda event: _missed(event, on_missed), EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED
    )
    scheduler.start()
    threading.Thread(target=_keep_intervals, args=(scheduler,), daemon=True, name="intervals").start()
    return scheduler


def _keep_intervals(scheduler: BaseScheduler) -> None:
    """Where the clock is set, what runs at intervals runs on: the scheduler reckons by dates, and would wait for one.

    Looks every second by the steady clock, as long as the scheduler runs.
    """
    ahead = now() - steady()
    while scheduler.running:
        time.sleep(LOOK_S)
        stepped = now() - steady() - ahead
        if abs(stepped.total_seconds()) < STEP_S:
            continue
        ahead += stepped
        log.warning("the clock was set; intervals go on", by_s=round(stepped.total_seconds()))
        for job in scheduler.get_jobs():
            if isinstance(job.trigger, IntervalTrigger) and job.next_run_time is not None:
                job.modify(next_run_time=min(job.next_run_time, now() + job.trigger.interval))


def _trigger(job: Job) -> BaseTrigger:
    if job.weekly is None:
        return IntervalTrigger(seconds=job.every_s, timezone="UTC")
    day, hour, minute = job.weekly
    return CronTrigger(day_of_week=day, hour=hour, minute=minute, timezone="UTC")


def _missed(event: JobEvent, on_missed: Callable[[str], None]) -> None:
    log.warning("job still runs from last time; this round is left out", job=event.job_id)
    on_missed(event.job_id)


def _aside(job: Job) -> Callable[[], None]:
    going_on: list[threading.Thread] = []

    def run() -> None:
        if any(thread.is_alive() for thread in going_on):
            return
        going_on[:] = [threading.Thread(target=logged(job), daemon=True, name=job.name)]
        going_on[0].start()

    return run


def logged(job: Job) -> Callable[[], None]:
    """A job that raises nothing but what stops the agent: what failed is logged."""

    def run() -> None:
        try:
            job.run()
        except LeaseHeldError:
            return
        except JudgingError as err:  # a defect: where it lies is in the traceback
            log.exception("some could not be judged; they are tried again", job=job.name, why=str(err))
        except AnchorwatchError as err:
            log.error("job failed; it runs again at its next time", job=job.name, why=str(err))
        except Exception:
            log.exception("job failed unexpectedly; it runs again at its next time", job=job.name)

    return run
