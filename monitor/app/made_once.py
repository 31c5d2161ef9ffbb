"""What costs a reading of the database is made once for all who ask for it at the same time."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class MadeOnce(Generic[Made]):
    """Gives what `make` makes. What somebody gets was begun after they asked, so nobody sees what is older than that.

    When fifty pages hear of a change they ask at once: the first is served by itself, and the others together.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._last: tuple[float, Made] | None = None

    def __call__(self) -> Made:
        """It, as it is now."""
        came = time.monotonic()
        with self._lock:
            if self._last is None or self._last[0] <= came:
                begun = time.monotonic()
                self._last = begun, self._make()
            return self._last[1]
