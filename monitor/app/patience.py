"""Work that needs the evaluator's lease: where another agent holds it, wait and try again."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from monitor.errors import LeaseHeldError

Work = TypeVar("Work")
LEASE_TRIES = 60
LEASE_PAUSE_S = 1.0


def patiently(work: Callable[[], Work]) -> Work:
    """What the work gives.

    Raises:
        LeaseHeldError: an evaluation took longer than a minute.
    """
    for _ in range(LEASE_TRIES):
        with suppress(LeaseHeldError):
            return work()
        time.sleep(LEASE_PAUSE_S)
    return work()
