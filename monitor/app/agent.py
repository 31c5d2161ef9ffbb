"""An agent at work: take in what is there and return, or watch until told to stop."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import structlog

from monitor.app.clock import now
from monitor.app.wiring import App
from monitor.errors import UnavailableError
from monitor.ingest.ingest import Taken
from monitor.ingest.ports import DeadLetters, EventSource
from monitor.ingest.watchdog import Watchdog

log = structlog.get_logger(__name__)
POLL_S = 0.5
LAG_EVERY_S = 10.0
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
ONCE_GIVES_UP_S = 30.0
ONCE_TRIES, ONCE_PAUSE_S = 3, 6.0


def drain(
    app: App,
    source: EventSource,
    dead_letters: DeadLetters,
    on_progress: Callable[[Taken], None] = lambda _taken: None,
) -> None:
    """Take in everything that is there now, then return.

    Raises:
        PoisonError: too many rejects in a row.
        PositionError: the log can't serve where we are.
        UnavailableError: the source or the database stayed out of reach.
    """
    ingest = app.ingest(source, dead_letters)
    trouble_since: datetime | None = None
    while not source.drained() or ingest.waiting:
        taken = ingest.step(POLL_S)
        on_progress(taken)
        trouble = taken.trouble or (not taken.records and source.unread())
        trouble_since = (trouble_since or now()) if trouble else None
        if trouble and trouble_since and (now() - trouble_since).total_seconds() > ONCE_GIVES_UP_S:
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
        app.vitals.health.round("ingest", now(), taken.trouble or source.unread())
        if not taken.trouble:
            wait_s = FIRST_WAIT_S
            continue
        log.warning("nothing could be saved; trying again", why=taken.trouble, in_s=round(wait_s))
        stop.wait(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def deliver_all(app: App) -> None:
    """Send what is due, trying a few times.

    Raises:
        UnavailableError: some notifications still wait; the next run sends them.
    """
    for attempt in range(ONCE_TRIES):
        app.deliver()
        if not app.outbox.undelivered():
            return
        if attempt < ONCE_TRIES - 1:
            time.sleep(ONCE_PAUSE_S)
    raise UnavailableError(
        f"{app.outbox.undelivered()} notifications could not be delivered yet; they are kept,"
        " and the next run sends them"
    )


class Role(StrEnum):
    """The parts of the work that agents may share."""

    INGEST = "ingest"
    EVALUATE = "evaluate"
    DELIVER = "deliver"
