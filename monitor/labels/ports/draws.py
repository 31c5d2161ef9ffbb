"""Where draws are kept: who had a chance, who was drawn, and what is owed to the labellers."""

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from monitor.domain.events.types import Design, Model, PredictionKey
from monitor.labels.ports.tasks import LabelTask


class Waiting(NamedTuple):
    """A prediction that has its chance in the next draw; `scores` are those of watched intents."""

    prediction_id: str
    model: Model
    predicted: str
    scores: Mapping[str, float] = {}


class Drawing(msgspec.Struct, frozen=True):
    """One draw. Tickets had a chance whose predictions had arrived by `until`: `candidates`, with all their models.

    So many were `asked` for; `expected` is the sum of their chances, `drawn` how many it came to, without those drawn
    before. `written_at` is when
    these had been written into a file; None where that is still owed.
    """

    number: int
    at: datetime
    until: datetime
    seed: str
    asked: float
    expected: float
    candidates: int
    drawn: int = 0
    written_at: datetime | None = None


class DrawnTicket(NamedTuple):
    """A ticket that is drawn, and the place that it has among them; the `models` that had this chance in this draw."""

    prediction_id: str
    design: Design
    probability: float
    place: int
    models: Set[Model]


class Lately(NamedTuple):
    """How many predictions of each class each model made in the last so many `days`."""

    days: float = 0.0
    by_model: Mapping[Model, Mapping[str, float]] = {}


class DrawTransaction(Protocol):
    """One draw; no other goes on beside it, and everything in it becomes durable together."""

    def last(self) -> Drawing | None:
        """The draw before this one."""
        ...

    def queued(self) -> Sequence[Waiting]:
        """Every prediction that was let wait for a draw. They are taken out of the queue."""
        ...

    def arrived(self, since: datetime, until: datetime) -> Sequence[Waiting]:
        """Every prediction that arrived after `since`, `until` included, by our clock; nothing waits any more.

        Costs: one pass over the predictions.
        """
        ...

    def weakly_called(self, prediction_ids: Iterable[str]) -> Mapping[PredictionKey, str]:
        """The intent that the latest weak label of each of these names; those without one are left out."""
        ...

    def traffic(self, since: datetime, until: datetime) -> Lately:
        """The predictions of that time, as far back as there are any."""
        ...

    def chances_before(self, prediction_ids: Iterable[str]) -> Mapping[str, float]:
        """The largest chance with which those of these were drawn that were drawn before."""
        ...

    def keep(self, drawing: Drawing, tickets: Sequence[DrawnTicket]) -> Drawing:
        """Note a draw: each of its tickets for every model that had its chance in it; the draw as it came to be.

        Outcomes that they have already, by labels that do not say how they were chosen, are of the draw's design from
        now on. What was drawn before stays as it was; what is gone by now is not drawn.
        """
        ...


class DrawStore(Protocol):
    """What was drawn, and is going to be."""

    def drawing(self) -> AbstractContextManager[DrawTransaction]:
        """Everything done inside is saved together at the end, or, on any exception, not at all.

        Raises:
            UnavailableError: the database is out of reach; nothing was drawn, and it may be tried again.
        """
        ...

    def drawings(self) -> Sequence[Drawing]:
        """Every draw, the oldest first."""
        ...

    def answered(self) -> Mapping[int, int]:
        """How many tickets of each draw, and of none before it, a person has labelled since; none: left out.

        Only labels of a model that the ticket was drawn for count, and no ticket that had such a label before.
        """
        ...

    def tasks(self, number: int, *, texts: bool) -> Sequence[LabelTask]:
        """The tickets of a draw that are still known, and in no draw before; their texts where these are kept.

        In their order. Who was drawn before, for another model, is asked for already.
        """
        ...

    def note_written(self, number: int, at: datetime) -> None:
        """The tickets of a draw are in a file."""
        ...
