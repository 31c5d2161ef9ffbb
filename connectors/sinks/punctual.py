"""A sink with a hard deadline: whatever it does, its lane goes on in time."""

from threading import Thread

from typing_extensions import override

from monitor.deliver.ports import Sink
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import DeliveryError

DEADLINE_S = 60.0  # longer than any sink takes that ends by itself, shorter than a claim in the outbox holds
LEFT_BEHIND_MAX = 3


class PunctualSink(Sink):
    """Sends through another sink, in a thread of its own that is left behind when its time is up.

    A name that is never resolved, or a library that reads for ever, cannot be stopped. While several such threads
    are there, nothing more is sent through the sink.
    """

    def __init__(self, sink: Sink, deadline_s: float = DEADLINE_S) -> None:
        self.name = sink.name
        self._sink = sink
        self._deadline_s = deadline_s
        self._left_behind: list[_Send] = []

    @override
    def send(self, notice: Notice, page: Page) -> None:
        self._left_behind = [send for send in self._left_behind if send.is_alive()]
        if (count := len(self._left_behind)) >= LEFT_BEHIND_MAX:
            raise DeliveryError(f"{count} messages of before are still on their way", retryable=True)
        send = _Send(self._sink, notice, page)
        send.start()
        send.join(self._deadline_s)
        if send.is_alive():
            self._left_behind.append(send)
            raise DeliveryError(f"it was not done within {self._deadline_s:g} s", retryable=True)
        if send.failure is not None:
            raise send.failure


class _Send(Thread):
    """One message on its way, and how it failed."""

    def __init__(self, sink: Sink, notice: Notice, page: Page) -> None:
        super().__init__(daemon=True, name=f"send {sink.name}")
        self._work = sink, notice, page
        self.failure: Exception | None = None

    @override
    def run(self) -> None:
        sink, notice, page = self._work
        try:
            sink.send(notice, page)
        except Exception as failure:  # noqa: BLE001 - raised where it is waited for
            self.failure = failure
