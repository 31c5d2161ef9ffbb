"""What was sent about an incident: to whom, when, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.telling.notices import Notice


class SentMessage(NamedTuple):
    """A notice for one sink, written `at`; `state` is pending, sending, sent, failed, or what the outbox says else.

    `sent_at` is when the sink took it, `next_try` when it is tried again, `error` why it was not taken the last time.
    """

    sink: str
    notice: Notice
    at: datetime
    state: str
    attempts: int
    sent_at: datetime | None
    next_try: datetime | None
    error: str


class MessageRecords(Protocol):
    """What the database says of messages. Reads only."""

    def of_incident(self, number: int) -> Sequence[SentMessage]:
        """The newest 100 about an incident, in the order in which they were written."""
        ...

    def mark(self) -> str:
        """A few characters that change whenever something that people look at did; cheap enough for every second."""
        ...
