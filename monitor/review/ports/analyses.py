"""What an incident's analysis is made from, and where it is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from monitor.domain.analysis.casefile import LiveTicket, Sample
from monitor.domain.analysis.ticket_columns import TicketColumns
from monitor.domain.anchors.promise import Anchor
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.review.ports.corrections import Corrections
from monitor.review.ports.weak_labels import WeaklyLabelled

if TYPE_CHECKING:  # it brings what analyses compute with
    from monitor.domain.analysis.analysis import Analysis


class LiveTickets(NamedTuple):
    """A cell's newest labelled tickets in their order, and how many hits and misses are older than the first."""

    tickets: Sequence[LiveTicket]
    older_hits: int = 0
    older_misses: int = 0


class CellTickets(NamedTuple):
    """The same as columns: enough for the curve of a cell, without what an analysis tells its tickets apart by."""

    tickets: TicketColumns
    older_hits: int = 0
    older_misses: int = 0


class Holding(NamedTuple):
    """What a model was held to at some time: the anchor, since when, and since when to any (None: not by then)."""

    anchor: Anchor | None
    since: datetime | None
    first: datetime | None


class AnalysisStore(Protocol):
    """What an incident's analysis reads, and where the one that was made when it opened is kept."""

    def tickets(self, cell: Cell, intents: Sequence[str] = ()) -> LiveTickets:
        """The labelled tickets of a cell, the newest 20,000; of a group those of these intents."""
        ...

    def columns(self, cell: Cell, intents: Sequence[str] = ()) -> CellTickets:
        """The same tickets, in a fraction of the time."""
        ...

    def holding(self, model: Model, at: datetime) -> Holding:
        """The anchor that a model was held to then; where there was none yet, the first it was ever held to."""
        ...

    def samples(self, anchor: Anchor, member: MemberFacts) -> Sequence[Sample]:
        """The examples of a member's intents behind an anchor; none where only numbers were imported."""
        ...

    def traffic(self, model: Model, begin: datetime, end: datetime | None) -> tuple[int, int]:
        """A version's predictions between the two (to the hour), and how many of them are labelled by now."""
        ...

    def drawn(
        self, model: Model, begin: datetime, end: datetime | None, seq: int
    ) -> Mapping[float | None, int]:
        """With which probability its outcomes from that one on, predicted between the two, were drawn; how many."""
        ...

    def weak_labels(self, model: Model, begin: datetime, end: datetime | None) -> WeaklyLabelled | None:
        """What programs labelled of its tickets predicted between the two; None where that is nothing."""
        ...

    def corrections(self, model: Model, begin: datetime, end: datetime | None) -> Corrections | None:
        """What agents corrected of its tickets predicted between the two; None where it is nothing at all."""
        ...

    def recovered(self, incident: int) -> Mapping[Cell, datetime]:
        """When each member recovered, or was ended with its incident; those that are broken are left out."""
        ...

    def keep(self, analysis: "Analysis", openings: int) -> None:
        """Keep what was understood when the incident was opened, in the place of an earlier opening's."""
        ...

    def unexplained(self) -> Mapping[int, int]:
        """The incidents that were opened, or reopened, since they were analyzed; how often they were opened by now."""
        ...

    def kept(self, incident: int) -> "Analysis | None":
        """What was understood when it was opened last."""
        ...
