"""Everything it takes to deliver, of fakes."""

from datetime import timedelta
from random import Random
from typing import Any

from monitor.deliver.deliver import Deliver
from reports.pages.page import page_of
from tests.fakes.clock import FakeClock
from tests.fakes.outbox import FakeOutbox, FakeSink
from tests.notices import notice


class Evenly(Random):
    """Dice that always fall on the same share of their range."""

    def __init__(self, share: float) -> None:
        super().__init__(0)
        self.share = share

    def uniform(self, a: float, b: float) -> float:
        return a + (b - a) * self.share


class Post:
    """Everything it takes to deliver, of fakes."""

    def __init__(self, *sent: tuple[str, str], share: float = 0.5) -> None:
        self.clock = FakeClock()
        self.outbox = FakeOutbox([(sink, notice(id=id_)) for sink, id_ in sent], self.clock.now)
        self.chat, self.hook = FakeSink("chat"), FakeSink("hook")
        self.deliver = Deliver(
            self.outbox, {"chat": self.chat, "hook": self.hook}, page_of, self.clock, Evenly(share)
        )

    def deliver_to_chat(self, chat: FakeSink | None = None, **rules: Any) -> None:  # noqa: ANN401
        """From now on to this sink alone, by these rules of `Deliver`."""
        self.deliver = Deliver(
            self.outbox, {"chat": chat or self.chat}, page_of, self.clock, Evenly(0.5), **rules
        )

    def deliver_to_both(self, **rules: Any) -> None:  # noqa: ANN401
        """From now on by these rules of `Deliver`."""
        sinks = {"chat": self.chat, "hook": self.hook}
        self.deliver = Deliver(self.outbox, sinks, page_of, self.clock, Evenly(0.5), **rules)

    def wait(self, id_: str) -> timedelta:
        return self.outbox.waiting[id_] - self.clock.now
