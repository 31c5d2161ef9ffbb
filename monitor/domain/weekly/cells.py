"""What a week's report says of a cell, be it an intent or a slice of it."""

import msgspec

from monitor.domain.judging.judge import Judgement
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell


class CellWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A cell as it was last judged. Its bet has won `evidence`, as a share of a page.

    `live` is its recall since the release with an interval that holds however often one looks, of `live_support`
    labelled tickets.
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
