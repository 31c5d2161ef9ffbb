"""An agent at work: take in what is there, judge it and return; or watch until told to stop."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import structlog

from connectors.files.opening import named
from connectors.formats.make import file_decoder, file_opener
from monitor.app import schedule, sources
from monitor.app.announcing import SignOfLife, announce
from monitor.app.clock import now, steady
from monitor.app.schedule import POLL_S, Job, Role
from monitor.app.sources import OnReset
from monitor.app.stores import open_stores
from monitor.app.weekly import DueReport
from monitor.app.wiring import App
from monitor.domain.events.mapping.fields import EventKind
from monitor.errors import JudgingError, UnavailableError
from monitor.ingest.ports import DeadLetters, EventDecoder, EventSource
from monitor.ingest.taken import Taken
from monitor.ingest.watchdog import Watchdog

log = structlog.get_logger(__name__)
LAG_EVERY_S = 10.0
SIGN_OF_LIFE_S = 3_600.0
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
ONCE_GIVES_UP_S = 30.0
ONCE_TRIES, ONCE_PAUSE_S = 3, 6.0
OnProgress = Callable[[Taken | None], None]
"""Is given what each step took in, and None when everything is in and is judged."""


def serve(app: App, only: Role | None, stop: threading.Event, on_reset: OnReset | None = None) -> None:
    """Do one part of the work, or all of it, until told to stop.

    With `on_reset` positions that Kafka can't serve are forgotten at the start.

    Raises:
        ConfigError: health can't be served where it should be, or Kafka's secrets can't be read.
        PoisonError: too many rejects in a row.
        PositionError: the log can't serve where we are.
        UnavailableError: the broker can't be reached at the start.
    """
    ours = [role for role in Role if only in (None, role)]
    periods = schedule.periods(app)
    app.vitals.watch({role.value: periods[role] for role in ours})
    with app.vitals.serve() or nullcontext(), _watch_room(app):
        announce(app, ours)
        jobs = [*schedule.timetable(app, ours), Job("sign of life", SignOfLife(app), SIGN_OF_LIFE_S)]
        scheduler = schedule.start(jobs, app.vitals.health.missed)
        try:
            if Role.INGEST in ours:
                source, letters = _kafka(app, on_reset)
                with closing(source):
                    watch(app, source, letters, stop)
            else:
                stop.wait()
        finally:
            scheduler.shutdown(wait=True)


@contextmanager
def _watch_room(app: App) -> Iterator[None]:
    """The watch room, where a port is configured; its server is loaded only then.

    It has connections of its own: however many pages are asked for, the loops go on.
    """
    if app.settings.web.port is None:
        yield
        return
    from monitor.app.serving import watch_room_server

    with closing(open_stores(app.settings)) as stores:
        server = watch_room_server(stores, health=app.vitals.answers() if app.settings.one_server else None)
        log.info("shows the watch room", at=server.address)
        with server:
            yield


class FilesToTake(NamedTuple):
    """Files to take in, by their names or patterns of names.

    With a `kind` they are read as the topic of that kind is; without one they are canonical events. With `resume` each
    is read on from where the last run had read it.
    """

    patterns: Sequence[str]
    dead_letters: Path | None = None
    kind: EventKind | None = None
    resume: bool = False


def take_files(app: App, files: FilesToTake, on_progress: OnProgress) -> JudgingError | None:
    """Take in the events of files and judge them; what could not be judged, if anything, by a defect of ours.

    Raises:
        ConfigError: a file can't be read.
        PoisonError: too many rejects in a row.
        PositionError: a file that is to be read on is another one by now.
        UnavailableError: the database stayed out of reach.
    """
    paths, kafka = named(files.patterns), app.settings.kafka
    made = {path: file_decoder(kafka, files.kind, path) for path in paths}
    decoders = {path: decoder for path, decoder in made.items() if decoder is not None}
    source, letters = sources.files(
        paths,
        files.dead_letters,
        files.kind or "prediction",
        decoders,
        file_opener(kafka, files.kind),
        resume=files.resume,
    )
    return _take(app, source, letters, on_progress, decoders)


def take_waiting(app: App, on_progress: OnProgress, on_reset: OnReset | None = None) -> JudgingError | None:
    """Take in what waits in Kafka and judge it; what could not be judged. `on_reset` as for `serve`.

    Raises:
        ConfigError: Kafka's secrets can't be read.
        PoisonError: too many rejects in a row.
        PositionError: the log can't serve where we are.
        UnavailableError: the broker or the database stayed out of reach.
    """
    source, letters = _kafka(app, on_reset)
    return _take(app, source, letters, on_progress)


def make_up(app: App, on_report: Callable[[DueReport], None], *, of_files: bool = False) -> None:
    """Do what an agent does once a day or once a week, where it is due: for those who run it by cron.

    What fails is logged, and tried again by the next run. `on_report` and `of_files` as for `due_jobs`.
    """
    for job in schedule.due_jobs(app, on_report, of_files=of_files):
        schedule.logged(job)()


def follow_up(app: App) -> int:
    """What comes after judging once: send what is due, and explain what was opened; how many notices quiet hours hold.

    Raises:
        UnavailableError: some notifications still wait; the next run sends them.
    """
    held = deliver_all(app)
    app.analyses.explain_new()
    return held


def _take(
    app: App,
    source: EventSource,
    letters: DeadLetters,
    on_progress: OnProgress,
    decoders: Mapping[str, EventDecoder] | None = None,
) -> JudgingError | None:
    with closing(source):
        drain(app, source, letters, on_progress, decoders)
        on_progress(None)
        try:
            app.evaluate_once()
        except JudgingError as failed:  # all else was judged: its pages are still to be sent
            return failed
    return None


def _kafka(app: App, on_reset: OnReset | None) -> tuple[EventSource, DeadLetters]:
    return sources.kafka(app.settings) if on_reset is None else sources.kafka_after_reset(app, on_reset)


def drain(
    app: App,
    source: EventSource,
    dead_letters: DeadLetters,
    on_progress: OnProgress = lambda _taken: None,
    decoders: Mapping[str, EventDecoder] | None = None,
) -> None:
    """Take in everything that is there now, then return; `decoders` by topic are those of the settings.

    Raises:
        PoisonError: too many rejects in a row.
        PositionError: the log can't serve where we are.
        UnavailableError: the source or the database stayed out of reach.
    """
    ingest = app.ingest(source, dead_letters, decoders)
    trouble_since: datetime | None = None
    while not source.drained() or ingest.waiting:
        taken = ingest.step(POLL_S)
        on_progress(taken)
        trouble = taken.trouble or (not taken.records and source.unread())
        trouble_since = (trouble_since or steady()) if trouble else None
        if trouble and trouble_since and (steady() - trouble_since).total_seconds() > ONCE_GIVES_UP_S:
            raise UnavailableError(trouble)


def watch(app: App, source: EventSource, dead_letters: DeadLetters, stop: threading.Event) -> None:
    """Take events in until told to stop. Trouble is waited out, with a growing pause.

    Raises:
        PoisonError: too many rejects in a row.
        PositionError: the log can't serve where we are; trying again would not help.
    """
    ingest = app.ingest(source, dead_letters)
    watchdog = Watchdog(source, app.settings.kafka.stalled_after_seconds)
    wait_s, look_at = FIRST_WAIT_S, 0.0
    while not stop.is_set():
        try:
            taken = ingest.step(POLL_S)
            watchdog.look(time.monotonic())
            if time.monotonic() >= look_at:
                app.vitals.health.lag = {(p.topic, p.partition): behind for p, behind in ingest.lag().items()}
                look_at = time.monotonic() + LAG_EVERY_S
        except UnavailableError as err:
            taken = Taken(trouble=str(err))
        app.vitals.health.round("ingest", steady(), taken.trouble or source.unread())
        if not taken.trouble:
            wait_s = FIRST_WAIT_S
            continue
        log.warning("nothing could be saved; trying again", why=taken.trouble, in_s=round(wait_s))
        stop.wait(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def deliver_all(app: App) -> int:
    """Send what is due, trying a few times; how many notices wait for the end of the quiet hours.

    Raises:
        UnavailableError: some notifications still wait; the next run sends them.
    """
    for attempt in range(ONCE_TRIES):
        app.deliver()
        held = app.outbox.held_back(now())
        if app.outbox.undelivered() == held:
            return held
        if attempt < ONCE_TRIES - 1:
            time.sleep(ONCE_PAUSE_S)
    raise UnavailableError(
        f"{app.outbox.undelivered()} notifications could not be delivered yet; they are kept,"
        " and the next run sends them"
    )
