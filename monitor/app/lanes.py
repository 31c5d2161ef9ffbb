"""A lane for each sink: one that hangs holds up nobody else's pages, and no shutdown for longer than it is given."""

import threading
import time
from collections import deque
from collections.abc import Collection

import structlog

from monitor.deliver.deliver import Deliver, Delivered

PATIENCE_S = 20.0  # longer than a sink's own timeout, for those who deliver once and want to know
BRIEFLY_S = 0.5
STUCK_S = 120.0  # by then a notification's claim is over: another agent may send it

log = structlog.get_logger()


class Lanes:
    """Delivers to every sink at once, each in a thread of its own; a lane that is not through yet is left to it."""

    def __init__(self, deliver: Deliver, sinks: Collection[str]) -> None:
        self._deliver = deliver
        self._sinks = tuple(sinks)
        self._running: dict[str, threading.Thread] = {}
        self._began: dict[str, float] = {}
        self._reported: set[str] = set()
        self._results: deque[Delivered | Exception] = deque()

    def __call__(self, patience_s: float = PATIENCE_S) -> Delivered:
        """Send what is due now, and wait for it at most so long; what came of all lanes that ended since the last call.

        Raises:
            Exception: what ended a lane, the database being out of reach for instance.
        """
        if not self._sinks:
            return self._deliver()  # what waits for sinks of before is given up
        for sink in self._sinks:
            if sink not in self._running or not self._running[sink].is_alive():
                self._start(sink)
            elif time.monotonic() - self._began[sink] > STUCK_S and sink not in self._reported:
                self._reported.add(sink)
                log.error("a sink does not answer; the others go on", sink=sink, for_s=round(STUCK_S))
        self.finish(patience_s)
        return self._collect()

    def briefly(self) -> Delivered:
        """The same for a timetable, which comes again soon: it waits for nobody."""
        return self(BRIEFLY_S)

    def finish(self, within_s: float) -> None:
        """Wait for the lanes that are on their way, so many seconds at most; what they did not send is sent again."""
        deadline = time.monotonic() + within_s
        for lane in self._running.values():
            lane.join(max(0.0, deadline - time.monotonic()))

    def close(self, within_s: float) -> None:
        """Begin no other message, and wait for those on their way, so many seconds at most."""
        self._deliver.stop()
        self.finish(within_s)

    def _start(self, sink: str) -> None:
        self._reported.discard(sink)
        self._began[sink] = time.monotonic()
        self._running[sink] = threading.Thread(target=self._run, args=(sink,), daemon=True, name=sink)
        self._running[sink].start()

    def _collect(self) -> Delivered:
        total, failures = Delivered(), []
        while self._results:
            result = self._results.popleft()
            if isinstance(result, Exception):
                failures.append(result)
                continue
            total.sent += result.sent
            total.waiting += result.waiting
            total.failed += result.failed
            total.repeated += result.repeated
        if failures:
            raise failures[0]
        return total

    def _run(self, sink: str) -> None:
        try:
            self._results.append(self._deliver([sink]))
        except Exception as failure:  # noqa: BLE001 - whoever asks for the lanes is told
            self._results.append(failure)
