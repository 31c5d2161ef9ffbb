"""A cell's labelled tickets as columns: what a curve over tens of thousands of them is made of, quickly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.domain.analysis.casefile import LiveTicket
from monitor.domain.events.in_step import in_step_us
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design
from monitor.domain.recall.weights import Weighed

Chosen = tuple[Design, float | None]
"""How a ticket was chosen for labelling, and with which probability."""
_Integers = NDArray[np.int64]


@dataclass(frozen=True)
class TicketColumns:
    """Tickets in their order: `seq`, when predicted, when the truth was known, whether hit, and which two people read.

    `chosen` is the place in `kinds` of how each was chosen.
    """

    seq: _Integers
    ts_us: _Integers
    known_us: _Integers
    hit: NDArray[np.bool_]
    chosen: _Integers
    agreed: NDArray[np.bool_]
    kinds: Sequence[Chosen]

    @classmethod
    def of(cls, tickets: Sequence[LiveTicket]) -> "TicketColumns":
        """The columns of these."""
        kinds: dict[Chosen, int] = {}
        return cls(
            np.array([ticket.seq for ticket in tickets], np.int64),
            np.array([to_us(ticket.ts) for ticket in tickets], np.int64),
            np.array([to_us(ticket.known) for ticket in tickets], np.int64),
            np.array([ticket.hit for ticket in tickets], np.bool_),
            np.array(
                [kinds.setdefault((ticket.design, ticket.probability), len(kinds)) for ticket in tickets],
                np.int64,
            ),
            np.array([ticket.agreed for ticket in tickets], np.bool_),
            list(kinds),
        )

    def __len__(self) -> int:
        """How many tickets."""
        return len(self.seq)

    @property
    def delay_s(self) -> NDArray[np.float64]:
        """How long each label took, in seconds."""
        delays: NDArray[np.float64] = (self.known_us - self.ts_us) / 1e6
        return delays

    def at(self, places: _Integers | slice) -> "TicketColumns":
        """Those at these places."""
        return TicketColumns(
            self.seq[places],
            self.ts_us[places],
            self.known_us[places],
            self.hit[places],
            self.chosen[places],
            self.agreed[places],
            self.kinds,
        )

    def by_prediction(self) -> "TicketColumns":
        """The tickets in the order in which they were predicted, whenever their labels came."""
        return self.at(np.lexsort((self.seq, in_step_us(self.ts_us))))

    def count(self, weighed: Weighed, *, weighted: bool, min_probability: float) -> None:
        """Count them all; where the cell is not weighted their design does not matter."""
        sides = np.bincount(2 * self.chosen + self.hit, minlength=2 * len(self.kinds))
        kinds: Sequence[Chosen] = self.kinds
        if not weighted:
            sides = sides.reshape(-1, 2).sum(axis=0)
            kinds = [(Design.UNKNOWN, None)]
        for place in np.flatnonzero(sides).tolist():
            weighed.count(bool(place % 2), *kinds[place // 2], min_probability, by=int(sides[place]))
