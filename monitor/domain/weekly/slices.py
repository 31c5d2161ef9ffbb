"""An intent's slices in a week's report: those that are broken or suspected as values, the rest as counts."""

from collections.abc import Mapping, Sequence

import msgspec

from monitor.domain.judging.judge import Judgement, Verdict
from monitor.domain.judging.standing import Standing
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.neighbours import Neighbour
from monitor.domain.weekly.counts import WeekCount


class SliceWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A slice that is degraded or suspected.

    `live` is its recall since the release, of `live_support` labelled tickets; `now` are those of this week. `siblings`
    are the other values of the same attribute, most labels first. Its bet has won `evidence`, as a share of a page.
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
    now: WeekCount
    siblings: Sequence[Neighbour] = ()


class SlicesOfIntent(msgspec.Struct, frozen=True):
    """The `broken` slices of an intent, the worst first, and how many others stand how (`rest`)."""

    broken: Sequence[SliceWeek] = ()
    rest: Mapping[Standing, int] = msgspec.field(default_factory=dict)

    @property
    def degraded(self) -> list[Cell]:
        """The slices that are."""
        return [each.cell for each in self.broken if each.judgement.verdict is Verdict.DEGRADED]
