"""Tickets whose labels are doubtful: where two people differ, and where a miss rests on one of them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from monitor.domain.events.types import Kind, Model
from monitor.domain.labelling.by_annotator import AnnotatorLabels
from monitor.domain.labelling.readings import ReadAgainCount
from monitor.domain.slices.cells import Cell


class WhyDisputed(StrEnum):
    """Why a ticket should be read again, the most telling first."""

    DIFFER = "differ"  # two people said different things, and nobody decided
    IN_INCIDENT = "in_incident"  # a miss since the onset of a page that stands
    SUSPECTED = "suspected"  # a miss of an intent whose bet has won some
    UNCONFIRMED = "unconfirmed"  # a miss of a watched intent of which too few were read again


class GivenLabel(NamedTuple):
    """What one person said of a ticket; `annotator` as it is stored, None where nobody is named."""

    intent: str
    annotator: str | None
    kind: Kind
    labelled_at: datetime


class DoubtfulTicket(NamedTuple):
    """A ticket with its labels, in the order in which they were given."""

    model: Model
    prediction_id: str
    predicted_at: datetime
    predicted: str
    intent: str
    labels: tuple[GivenLabel, ...]
    slices: dict[str, str]


class Disputed(NamedTuple):
    """A ticket to be read again and why. `annotator` is whose misses of that intent are more than chance."""

    ticket: DoubtfulTicket
    why: WhyDisputed
    annotator: str | None = None


class DisputedTickets(Protocol):
    """Where doubtful tickets are looked up."""

    def differing(self, model: Model, limit: int) -> Sequence[DoubtfulTicket]:
        """Tickets on which two people differ and nobody decided, the newest first."""
        ...

    def misses_read_once(self, cell: Cell, since: datetime | None, limit: int) -> Sequence[DoubtfulTicket]:
        """Misses of an intent that one person read, of predictions made since then, the newest first."""
        ...

    def by_annotator(self, model: Model, intent: str) -> Sequence[AnnotatorLabels]:
        """Hits and misses of an intent by who gave the label that holds."""
        ...

    def read_again(self, model: Model) -> Sequence[ReadAgainCount]:
        """The model's outcomes that two people read, counted."""
        ...
