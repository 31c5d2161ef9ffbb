"""What an anchor's audit and an incident's analysis read."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain import audit
from monitor.domain.analysis import Analysis
from monitor.domain.casefile import Day, Sample, Ticket
from monitor.domain.cells import Cell
from monitor.domain.events import Model


class Labelled(NamedTuple):
    """A cell's labelled tickets in their order, and how many hits and misses are older than the first."""

    tickets: Sequence[Ticket]
    older_hits: int = 0
    older_misses: int = 0


class AuditStore(Protocol):
    """What an audit compares, read only; texts only where the configuration kept them, else their descriptors."""

    def examples(self, anchor_id: str) -> Sequence[audit.Ticket]:
        """The described examples behind an anchor, in their order; none where they came without texts."""
        ...

    def production(self, model: Model, intents: Sequence[str]) -> Sequence[audit.Ticket]:
        """The newest live tickets that the model predicted as each of these intents; at most 400 an intent."""
        ...


class AnalysisStore(Protocol):
    """What an incident's analysis reads, and where the one that was made when it opened is kept."""

    def tickets(self, cell: Cell) -> Labelled:
        """A cell's labelled tickets, the newest 50,000."""
        ...

    def samples(self, cell: Cell) -> Sequence[Sample]:
        """The examples of its intent behind the active anchor; none where only numbers were imported."""
        ...

    def days(self, model: Model) -> Sequence[Day]:
        """A version's predictions day by day, and how many of them are labelled by now."""
        ...

    def labelled_share(self, model: Model, since: datetime) -> float:
        """The share of a version's predictions since then (to the hour) that are labelled."""
        ...

    def keep(self, analysis: Analysis) -> None:
        """Keep what was understood when the incident was opened, in the place of an earlier opening's."""
        ...

    def kept(self, incident: int) -> Analysis | None:
        """What was understood when it was opened last."""
        ...
