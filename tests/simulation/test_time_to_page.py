"""How long a fall goes unseen is what the formula says, at every label rate."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.promises_years import hit_and_miss
from monitor.domain.detection.betting import GRID, evidence_each, grow
from monitor.domain.detection.detectability import days_to_page, fallen_recall
from monitor.domain.detection.money import PAGE, per_weight_day

STREAMS = 800
MONEY = per_weight_day(20, 1.0)  # a day, of one of 20 intents


def waits(floor: float, recall: float, per_day: float, seed: int) -> NDArray[np.float64]:
    """Days from the fall to the page, of streams that were 10 points above the floor for 100 labels or 60 days."""
    rng, (hit, miss) = np.random.default_rng(seed), hit_and_miss(floor)
    days, paged = np.full(STREAMS, -max(60.0, 100 / per_day)), np.full(STREAMS, np.nan)
    ratios = np.zeros((STREAMS, GRID))
    while np.isnan(paged).any():
        gaps = rng.exponential(1 / per_day, STREAMS)
        days += gaps
        hits = rng.random(STREAMS) < np.where(days < 0, floor + 0.10, recall)
        grow(ratios, np.where(hits[:, np.newaxis], hit, miss), MONEY * gaps, out=ratios)
        now = (evidence_each(ratios) >= PAGE) & np.isnan(paged)
        paged[now] = days[now]
    return paged[paged >= 0]  # the others paged falsely, before there was anything to see


@pytest.mark.parametrize("per_day", [0.5, 2, 10, 50])
@pytest.mark.parametrize(("floor", "recall"), [(0.78, 0.39), (0.78, 0.60), (0.40, fallen_recall(0.40))])
def test_the_mean_is_within_a_tenth_of_the_formula_and_the_median_at_most_a_sixth_below(
    floor: float, recall: float, per_day: float
) -> None:
    days, foretold = waits(floor, recall, per_day, seed=31), days_to_page(MONEY, floor, per_day, recall)

    assert days.size > 0.99 * STREAMS
    assert days.mean() == pytest.approx(foretold, rel=0.10)
    assert 5 / 6 * foretold <= np.median(days) <= 1.05 * foretold
