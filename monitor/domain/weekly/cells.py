"""What a week's report says of a cell, be it an intent or a slice of it."""

import msgspec

from monitor.domain.judging.judge import Judgement
from monitor.domain.recall.estimate import Estimate, Interval
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.counts import WeekCount


class CellWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A cell as it was last judged. Its bet has won `evidence`, as a share of a page.

    `live` is its recall since the release with an interval that holds however often one looks, of `live_support`
    labelled tickets. Where one customer's tickets miss together, `design_effect` of them say as much as one.
    """

    cell: Cell
    judgement: Judgement
    evidence: float
    watched: bool
    weighted: bool
    offline: float | None
    offline_support: int
    floor: float | None
    live: Estimate | None
    live_support: int
    design_effect: float = 1.0

    def interval(self, count: WeekCount) -> Interval | None:
        """Of the recall of a week of it, as it is looked at once; None where labels are weighed, or there is none."""
        return count.interval(weighted=self.weighted, design_effect=self.design_effect)
