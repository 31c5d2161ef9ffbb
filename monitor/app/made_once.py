"""What costs a reading of the database is made once for all who ask for it at the same time."""

import threading
import time
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

Made = TypeVar("Made")


class _Last(NamedTuple, Generic[Made]):
    made: Made
    begun: float
    mark: str


class MadeOnce(Generic[Made]):
    """Gives what `make` makes. What somebody gets was begun after they asked, so nobody sees what is older than that.

    When fifty pages hear of a change they ask at once: the first is served by itself, and the others together. With
    `fresh_s`, what was made so few seconds ago will do too, for as long as the `mark` is the same.
    """

    def __init__(
        self, make: Callable[[], Made], *, mark: Callable[[], str] = str, fresh_s: float = 0.0
    ) -> None:
        self._make = make
        self._mark = mark
        self._fresh_s = fresh_s
        self._lock = threading.Lock()
        self._last: _Last[Made] | None = None

    def __call__(self) -> Made:
        """It, as it is now."""
        came = time.monotonic()
        with self._lock:
            mark = self._mark()
            if self._last is None or not self._will_do(self._last, came, mark):
                begun = time.monotonic()
                self._last = _Last(self._make(), begun, mark)
            return self._last.made

    def _will_do(self, last: _Last[Made], came: float, mark: str) -> bool:
        return last.begun > came or (came - last.begun < self._fresh_s and last.mark == mark)
