"""The rule of Anchorwatch before money came by the calendar: a unit at every label, and a threshold from a forecast."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.domain.backtest.healthy import HitArray, first_pages
from monitor.domain.recall.intervals import FloatArray

BEFORE = "Anchorwatch, by the label"
PLANNED_PER_DAY = 10.0
PLANNED_AGAIN_AFTER = 14
MIN_THRESHOLD = 20.0


def thresholds(days: Sequence[int], pages_per_year: float) -> FloatArray:
    """The threshold A that held at each label, of a cell that had `pages_per_year` of the false pages.

    `A = max(20, r / (B s))`: B s is the cell's part of the false pages a year, r its labels a year, planned as 10 a
    day. Once 14 days with labels lie behind, r is what they had, and A can only rise. `days` is the day of each label,
    in their order. Costs: nothing. Source: docs/decisions/0001-e-detector.md.

    >>> thresholds([0, 5, 14], 0.5).tolist()
    [7300.0, 7300.0, 7300.0]
    """
    if pages_per_year <= 0:
        return np.full(len(days), np.inf)
    planned = 365 * PLANNED_PER_DAY
    held = np.full(len(days), planned / pages_per_year)
    if len(days):
        day = np.asarray(days)
        later = day - day[0] >= PLANNED_AGAIN_AFTER
        measured = np.count_nonzero(~later) / PLANNED_AGAIN_AFTER * 365
        held[later] = max(planned, measured) / pages_per_year
    return np.asarray(np.maximum(held, MIN_THRESHOLD))


def first_pages_by_the_label(
    hits: HitArray, floor: float, pages_at: FloatArray, weights: FloatArray
) -> NDArray[np.int64]:
    """The index of the label at which the rule first pages in each stream, an array (streams, labels); -1: never.

    `R <- (R + 1) L` for each stake, and a page when the mean of R reaches `pages_at`, as `thresholds` gives it.
    """
    return first_pages(hits, floor, np.ones(len(pages_at)), weights, pages_at)
