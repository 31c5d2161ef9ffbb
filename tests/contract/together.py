"""Several agents on the same PostgreSQL: work that begins at the same moment, and waiting that is visible."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from monitor.domain.events.types import Label, Prediction
from tests.stored import label, prediction, rows

PATIENCE_S = 120.0


def at_once(*work: Callable[[], object]) -> list[object]:
    """Begin everything at the same moment and wait for it; the first exception comes out."""
    barrier = threading.Barrier(len(work))

    def begin(act: Callable[[], object]) -> object:
        barrier.wait(PATIENCE_S)
        return act()

    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result(PATIENCE_S) for future in [pool.submit(begin, act) for act in work]]


def wait_until_somebody_waits(engine: Engine) -> None:
    """Return when a connection of this database waits for another's lock."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if rows(
            engine,
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        ):
            return
        time.sleep(0.005)
    raise AssertionError("nobody waits")


PAIR: tuple[Prediction, Label] = prediction("p1"), label("p1")
