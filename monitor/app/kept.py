"""What takes long to count and changes slowly: counted beside the page that asks, kept for a while, shown meanwhile."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

import structlog

from monitor.errors import AnchorwatchError

log = structlog.get_logger(__name__)
Value = TypeVar("Value")


class _Count(NamedTuple, Generic[Value]):
    value: Value
    at: float


class Kept(Generic[Value]):
    """Values by key. One older than `fresh_s` seconds is counted anew, in a thread of its own, once at a time.

    Whoever asks waits at most `patience_s` for that, and has the older one, or none, where it takes longer. So many
    values at `most` are kept: the oldest is forgotten.
    """

    def __init__(self, *, fresh_s: float, patience_s: float, most: int = 16) -> None:
        self._fresh_s = fresh_s
        self._most = most
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._counts: dict[Hashable, _Count[Value]] = {}
        self._counting: dict[Hashable, threading.Thread] = {}

    def of(self, key: Hashable, count: Callable[[], Value]) -> Value | None:
        """The value of a key; None where it is not counted yet."""
        with self._lock:
            known = self._counts.get(key)
            if known is not None and time.monotonic() - known.at < self._fresh_s:
                return known.value
            thread = self._counting.get(key)
            if thread is None:
                thread = threading.Thread(target=self._count, args=(key, count), daemon=True, name="counts")
                self._counting[key] = thread
                thread.start()
        thread.join(self._patience_s)
        with self._lock:
            known = self._counts.get(key)
        return None if known is None else known.value

    def _count(self, key: Hashable, count: Callable[[], Value]) -> None:
        try:
            value = count()
            with self._lock:
                self._counts.pop(key, None)
                self._counts[key] = _Count(value, time.monotonic())
                for old in list(self._counts)[: -self._most]:
                    del self._counts[old]
        except AnchorwatchError as err:  # the page is shown without it, and the next asks again
            log.warning("counts for a page were not to be had", problem=str(err))
        finally:
            with self._lock:
                del self._counting[key]
