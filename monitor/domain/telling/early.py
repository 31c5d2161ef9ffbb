"""What is noted of an intent before any label: that fewer are predicted, or less surely. Never that recall fell."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.slices.cells import Cell


class EarlyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A sign that demand for an intent fell, or its recall: nothing but labels can tell which.

    By `sign`, `usual` and `recent` are its share of the version's predictions, or the mean score of what is predicted
    as it: in the weeks before, and from `begun` to `noted` (whole days, UTC). `predicted` were so many in that time, of
    `total`. Tickets that it lost would be among those predicted as one of `elsewhere`, where its misses went before.
    """

    cell: Cell
    sign: EarlySign
    begun: datetime
    noted: datetime
    usual: float
    recent: float
    predicted: int
    total: int
    elsewhere: tuple[str, ...] = ()

    @property
    def fallen(self) -> float:
        """By which part of what was usual it fell."""
        return 1 - self.recent / self.usual


class EarlyNote(NamedTuple):
    """A note as it is kept: its number, what it says, when people were told, and when it was over."""

    number: int
    facts: EarlyFacts
    told: datetime | None
    ended: datetime | None
