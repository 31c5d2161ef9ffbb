"""What one bet per customer and day costs and saves, where one customer's tickets miss together.

Twelve intents of .2 to 50 labels a day have a false page a year among them, by the day, and keep just their floor.
"""

import numpy as np
import pytest
from scipy.stats import poisson

from benchmarks.promises_bursts import customers, false_pages, pages

RUNS = 40


@pytest.mark.parametrize(("icc", "at_a_time", "before"), [(0.3, 3, 5.0), (0.2, 10, 30.0)])
def test_a_year_at_the_floor_has_the_false_pages_that_were_promised(
    icc: float, at_a_time: int, before: float
) -> None:
    assert false_pages(icc, at_a_time, RUNS, together=False) / RUNS >= before
    assert false_pages(icc, at_a_time, RUNS, together=True) <= poisson.ppf(0.99, RUNS)


def test_a_fall_to_39_takes_more_labels() -> None:
    rng = np.random.default_rng(5)
    hits = np.concatenate(
        [customers(0.88, 0.3, (RUNS, 60, 3), rng), customers(0.39, 0.3, (RUNS, 200, 3), rng)], axis=1
    )
    days = np.arange(260.0)
    alone = pages(hits.reshape(RUNS, -1)[:, 180:], np.repeat(days, 3)[180:], 1)
    together = pages(hits.mean(axis=2)[:, 60:], days[60:], 1)
    medians = (
        np.median([each[0] + 1 for each in alone]),
        np.median([3 * (each[0] + 1) for each in together]),
    )
    assert medians[0] <= 20
    assert medians[0] * 1.5 <= medians[1] <= 45
