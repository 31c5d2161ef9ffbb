"""The stored past, given out day by day to a backtest."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.backtest.past_bursts import CustomerDay
from monitor.domain.events.types import Design
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.notices import Notice
from monitor.review.ports.status import CellStatus


class PastOutcome(NamedTuple):
    """One outcome of a cell: its place, when it was known (prediction and label), whether it was a hit.

    `whose` is the customer with the day of the prediction, since 1970; None where nobody knows the customer.
    """

    seq: int
    known_at: datetime
    hit: bool
    design: Design
    probability: float | None
    whose: CustomerDay | None = None


class History(Protocol):
    """Outcomes that are given to a scratch database day by day, in the order in which they became complete."""

    def __len__(self) -> int:
        """How many outcomes there are."""
        ...

    def days(self) -> Iterator[tuple[datetime, int]]:
        """Give the outcomes of the next day; (the time of its last, how many)."""
        ...

    def outcomes(self, cell: Cell) -> Sequence[PastOutcome]:
        """Those of one cell that were given, in their order."""
        ...

    def cells(self) -> Sequence[CellStatus]:
        """Every cell as it stands in the scratch database."""
        ...

    def notices(self) -> Sequence[Notice]:
        """What was to be sent, in its order."""
        ...
