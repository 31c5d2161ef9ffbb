"""A member of a consumer group."""

import threading
from collections.abc import Callable
from contextlib import suppress

from monitor.domain.events.types import Partition
from monitor.ingest.ports import EventSource


class Member:
    """A source polled in a thread of its own, as an agent does; starts whatever it is given."""

    def __init__(self, source: EventSource) -> None:
        self.source = source
        self.owned: set[Partition] = set()
        self.strays: list[Partition] = []
        self._stop = threading.Event()
        self._changed = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            poll = self.source.poll(0.1)
            self.strays += [partition for partition in poll.records if partition not in self.owned]
            self.owned = self.owned - set(poll.revoked) | set(poll.assigned)
            self.source.start(dict.fromkeys(poll.assigned, None))
            self._stop.wait(0.3)  # what an agent does between two polls: a join may be answered meanwhile
        self.source.close()
        self.owned = set()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        for _ in range(2_400):
            with suppress(RuntimeError):
                if condition():
                    return
            self._changed.wait(0.05)
        raise AssertionError("it did not happen within two minutes")

    def leave(self) -> None:
        self._stop.set()
        self._thread.join(15)
        assert not self._thread.is_alive()
