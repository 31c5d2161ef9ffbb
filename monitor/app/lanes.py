"""A lane for each sink: one that hangs holds up nobody else's pages, and no shutdown for longer than it is given."""

import threading
import time
from collections.abc import Collection

from monitor.deliver.deliver import Deliver, Delivered

PATIENCE_S = 20.0  # longer than a sink's own timeout, for those who deliver once and want to know
BRIEFLY_S = 0.5


class Lanes:
    """Delivers to every sink at once, each in a thread of its own; a lane that is not through yet is left to it."""

    def __init__(self, deliver: Deliver, sinks: Collection[str]) -> None:
        self._deliver = deliver
        self._sinks = tuple(sinks)
        self._running: dict[str, threading.Thread] = {}
        self._done: dict[str, Delivered | Exception] = {}

    def __call__(self, patience_s: float = PATIENCE_S) -> Delivered:
        """Send what is due now, and wait for it at most so long; what came of the lanes that are through.

        Raises:
            Exception: what ended a lane, the database being out of reach for instance.
        """
        for sink in self._sinks:
            if sink not in self._running or not self._running[sink].is_alive():
                self._running[sink] = threading.Thread(target=self._run, args=(sink,), daemon=True, name=sink)
                self._running[sink].start()
        self.finish(patience_s)
        total = Delivered()
        for sink in [sink for sink in self._sinks if not self._running[sink].is_alive()]:
            done = self._done.pop(sink, Delivered())
            if isinstance(done, Exception):
                raise done
            total.sent += done.sent
            total.waiting += done.waiting
            total.failed += done.failed
            total.repeated += done.repeated
        return total

    def briefly(self) -> Delivered:
        """The same for a timetable, which comes again soon: it waits for nobody."""
        return self(BRIEFLY_S)

    def finish(self, within_s: float) -> None:
        """Wait for the lanes that are on their way, so many seconds at most; what they did not send is sent again."""
        deadline = time.monotonic() + within_s
        for lane in self._running.values():
            lane.join(max(0.0, deadline - time.monotonic()))

    def _run(self, sink: str) -> None:
        try:
            self._done[sink] = self._deliver([sink])
        except Exception as failure:  # noqa: BLE001 - whoever asks for the lanes is told
            self._done[sink] = failure
