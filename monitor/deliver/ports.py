"""The ports of delivery: the outbox that notifications come from, the sinks that they go to, and what those know."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.telling.alerts import SentAlert
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page


class Due(NamedTuple):
    """A notification whose time has come: to be sent to `sink`, for the `attempts`-th time."""

    id: str
    sink: str
    notice: Notice
    attempts: int


class Outage(NamedTuple):
    """A sink's trouble that people were told of: when first, through which sinks, and how much waits for it."""

    since: datetime
    hearers: Sequence[str]
    waiting: int


class Outbox(Protocol):
    """Notifications that were written and are to be sent. Per incident and sink they go in their order.

    What a sink did not take at once need not be sent any more when a later notice tells all of it
    (`monitor.domain.telling.notices.supersedes`).
    """

    def claim(self, now: datetime, resting: Collection[str] = ()) -> Due | None:
        """Take one that is due, for none of the resting sinks; for a while nobody else is given it."""
        ...

    def sent(self, due: Due, now: datetime) -> None:
        """Note that it arrived."""
        ...

    def again(self, due: Due, at: datetime, error: str) -> None:
        """Note that it was not taken, and make it due again at this time."""
        ...

    def failed(self, due: Due, error: str) -> None:
        """Give it up: it will never be taken."""
        ...

    def stand_in(self, sinks: Sequence[str], notices: Sequence[Notice]) -> None:
        """Give notices to other sinks; one that a sink was given before is not given again."""
        ...

    def tell_trouble(self, sink: str, through: str, notices: Sequence[Notice], at: datetime) -> None:
        """Give notices to another sink, and remember that this one is in trouble, from the first such call on."""
        ...

    def outage(self, sink: str, now: datetime) -> Outage | None:
        """The trouble of a sink that people were told of and not the end of; None where there is none."""
        ...

    def tell_recovery(self, sink: str, through: Sequence[str], notice: Notice) -> None:
        """Give the notice of its end to those who were told, and forget the trouble."""
        ...

    def standing(self, sink: str, closed_since: datetime) -> Sequence[Notice]:
        """What a sink was last sent of each incident that is open, or of which it was sent the end since then.

        And that labels stopped, where such an alert stands (`SentAlerts`), or that they flow, if that was sent since.
        """
        ...


class SentAlerts(Protocol):
    """What sinks were sent that know an alert by its labels. It outlives the agent."""

    def of(self, sink: str) -> Sequence[SentAlert]:
        """What a sink was sent that stands, or ended not long ago; in the order in which it began."""
        ...

    def begin(self, sink: str, alerts: Sequence[SentAlert]) -> None:
        """Note that these are about to be sent."""
        ...

    def end(self, sink: str, alerts: Sequence[SentAlert], at: datetime) -> None:
        """Note that the ends of these, as of then, were sent."""
        ...


class Sink(Protocol):
    """A way to reach a person: a terminal, a chat channel, a webhook."""

    name: str
    """The name the configuration gives it; it never contains a secret."""

    def send(self, notice: Notice, page: Page) -> None:
        """Send a notice, whose words are the page's. It may be sent again with the same ids; say nothing new then.

        Raises:
            DeliveryError: it was not taken; `retryable` says whether trying again can help.
        """
        ...
