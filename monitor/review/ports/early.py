"""What people ask of notes before any label: which stand, and which tickets would tell."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.telling.early import EarlyFacts, EarlyNote


class DecidingTicket(NamedTuple):
    """A ticket without a label that would help to tell why a note was made: its id, and how it was predicted."""

    prediction_id: str
    predicted_at: datetime
    predicted: str
    score: float | None


class EarlyLook(NamedTuple):
    """A note, and the tickets that would tell."""

    note: EarlyNote
    tickets: Sequence[DecidingTicket]


class EarlyRecords(Protocol):
    """Notes before any label. Reads only."""

    def standing(self) -> Sequence[EarlyNote]:
        """Those that are not over, in the order in which they were made."""
        ...

    def deciding(self, facts: EarlyFacts, most: int) -> Sequence[DecidingTicket]:
        """Unlabelled tickets predicted since a note's beginning where the intent's would be, the least sure first.

        Cost: one pass over the predictions.
        """
        ...
