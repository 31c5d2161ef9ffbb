"""What one bet per customer and day costs and saves, where one customer's tickets miss together.

Twelve intents of .2 to 50 labels a day have a false page a year among them, by the day, and keep just their floor.
"""

import numpy as np
import pytest

from monitor.domain.detection import betting
from monitor.domain.detection.money import PAGE, Income, Rate, steady
from monitor.domain.events.microseconds import DAY_US
from monitor.domain.recall.intervals import FloatArray

FLOOR, RUNS, INTENTS = 0.78, 40, 12
RATES = np.geomspace(0.2, 50, INTENTS)
LAM = betting.stakes(FLOOR)
INCOME = Income((Rate(0, 1 / 365 / INTENTS),))


def customers(recall: float, icc: float, count: int, at_a_time: int, rng: np.random.Generator) -> FloatArray:
    """Hits of tickets, an array (runs, customers, tickets at a time); a customer's chance is drawn from a beta."""
    more = (1 - icc) / icc
    chances = rng.beta(recall * more, (1 - recall) * more, (RUNS, count, 1))
    return (rng.random((RUNS, count, at_a_time)) < chances).astype(np.float64)


def pages(outcomes: FloatArray, days: FloatArray, most: float) -> list[list[int]]:
    """The outcomes at which each run pages, at most so many; a page begins the bet again."""
    money = INCOME.deposits(None, steady((), (days * DAY_US).astype(np.int64)))
    ratios, found = betting.start(RUNS).ratios, [list[int]() for _ in range(RUNS)]
    for place in range(outcomes.shape[1]):
        factor = betting.factors(LAM, FLOOR, outcomes[:, place], np.ones(RUNS))
        ratios = betting.grow(ratios, factor, float(money[place]))
        for run in np.flatnonzero(betting.evidence_each(ratios) >= PAGE):
            ratios[run] = 0
            found[run].append(place)
        if min(map(len, found)) >= most:
            break
    return found


def false_pages(icc: float, at_a_time: int, *, together: bool) -> float:
    """A year, over all twelve intents."""
    rng, total = np.random.default_rng(at_a_time), 0
    for rate in RATES:
        count = max(round(rate * 365 / at_a_time), 1)
        hits, days = customers(FLOOR, icc, count, at_a_time, rng), np.linspace(0, 365, count)
        if together:
            total += sum(map(len, pages(hits.mean(axis=2), days, np.inf)))
        else:
            each = hits.reshape(RUNS, -1)
            total += sum(map(len, pages(each, np.repeat(days, at_a_time), np.inf)))
    return total / RUNS


@pytest.mark.parametrize(("icc", "at_a_time", "before"), [(0.3, 3, 5.0), (0.2, 10, 30.0)])
def test_a_year_at_the_floor_has_the_false_pages_that_were_promised(
    icc: float, at_a_time: int, before: float
) -> None:
    assert false_pages(icc, at_a_time, together=False) >= before
    assert false_pages(icc, at_a_time, together=True) <= 1


def test_a_fall_to_39_takes_more_labels() -> None:
    rng = np.random.default_rng(5)
    hits = np.concatenate([customers(0.88, 0.3, 60, 3, rng), customers(0.39, 0.3, 200, 3, rng)], axis=1)
    days = np.arange(260.0)
    alone = pages(hits.reshape(RUNS, -1)[:, 180:], np.repeat(days, 3)[180:], 1)
    together = pages(hits.mean(axis=2)[:, 60:], days[60:], 1)
    medians = (
        np.median([found[0] + 1 for found in alone]),
        np.median([3 * (found[0] + 1) for found in together]),
    )
    assert medians[0] <= 20
    assert medians[0] * 1.5 <= medians[1] <= 45
