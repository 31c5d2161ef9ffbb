"""An intent's slices in a week's report: those that are broken or suspected as values, the rest as counts."""

from collections.abc import Mapping, Sequence

import msgspec

from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.standing import Standing
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.neighbours import Neighbour
from monitor.domain.weekly.cells import CellWeek
from monitor.domain.weekly.counts import WeekCount


class SliceWeek(CellWeek, frozen=True, kw_only=True):
    """A slice that is degraded or suspected.

    `now` are its labelled tickets of this week. `siblings` are the other values of the same attribute, most labels
    first.
    """

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
