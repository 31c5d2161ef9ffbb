"""Doors out: the outbox, the sinks, and what people ask about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.anchors.promise import Promise
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.events.types import Model
from monitor.domain.telling.notices import MemberFacts, Notice
from monitor.domain.telling.silences import Silence


class Due(NamedTuple):
    """A notification whose time has come: to be sent to `sink`, for the `attempts`-th time."""

    id: str
    sink: str
    notice: Notice
    attempts: int


class Outbox(Protocol):
    """Notifications that were written and are to be sent. Per incident and sink they go in their order.

    What a sink did not take at once need not be sent any more when a later notice tells all of it
    (`monitor.domain.telling.notices.supersedes`).
    """

    def claim(self, now: datetime, resting: Collection[str] = ()) -> Due | None:
        """Take one that is due, for none of the resting sinks; for a while nobody else is given it."""
        ...

    def sent(self, due: Due, now: datetime) -> None:
        """It arrived."""
        ...

    def again(self, due: Due, at: datetime, error: str) -> None:
        """It did not arrive; try again then."""
        ...

    def failed(self, due: Due, error: str) -> None:
        """It never will."""
        ...

    def stand_in(self, sinks: Sequence[str], notices: Sequence[Notice]) -> None:
        """Give notices to other sinks; one that a sink was given before is not given again."""
        ...

    def standing(self, sink: str, closed_since: datetime) -> Sequence[Notice]:
        """What a sink was last sent of each incident that is open, or of which it was sent the end since then."""
        ...


class Sink(Protocol):
    """A way to reach a person: a terminal, a chat channel, a webhook."""

    @property
    def name(self) -> str:
        """The name the configuration gives it; it never contains a secret."""
        ...

    def send(self, notice: Notice) -> None:
        """Send one notice. The same notice may be sent again with the same ids; say nothing new then.

        Raises:
            DeliveryError: it was not taken; `retryable` says whether trying again can help.
        """
        ...


class SilenceStore(Protocol):
    """Where silences are kept, also those that have ended."""

    def add(
        self, matchers: Mapping[str, str], author: str, reason: str, begins: datetime, ends: datetime
    ) -> Silence:
        """Keep one; it holds from the next evaluation on."""
        ...

    def all(self) -> Sequence[Silence]:
        """Every silence there ever was, newest first."""
        ...

    def expire(self, number: int, at: datetime) -> Silence | None:
        """End one now; None if there is no such silence, or it had ended."""
        ...


class CellStatus(NamedTuple):
    """A cell as it was last judged, and what it was promised."""

    state: CellState
    promise: Promise | None


class IncidentStatus(NamedTuple):
    """An incident, its members as last told, and its history as (at, who, what, why)."""

    id: int
    model_name: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    members: Sequence[MemberFacts]
    history: Sequence[tuple[datetime, str, str, str]]


class ModelLabels(NamedTuple):
    """When a model's last label was given, how long labels took, and how many predictions have one."""

    model: Model
    last: datetime
    delays: DelayHistogram
    outcomes: int
    predictions: int


class Complaints(NamedTuple):
    """Tickets of an intent that people complained of as missed, and the tickets predicted as that intent."""

    confirmed: int
    predicted: int


class SinkRecord(NamedTuple):
    """What a sink did so far: notifications that wait, that it took, that it refused for good."""

    name: str
    waiting: int
    sent: int
    failed: int
    last_sent: datetime | None
    last_error: str


class EventCount(NamedTuple):
    """How many events of a topic became what."""

    topic: str
    became: str
    events: int
