"""Customers whose tickets miss together: false pages a year with a bet for each ticket, and with one for each day.

Twelve intents of .2 to 50 labels a day have a false page a year among them, by the day, and keep just their floor.
"""

from collections.abc import Iterator

import numpy as np

from benchmarks.promises_rows import Answer, open_figure, pages_a_year
from monitor.domain.detection import betting
from monitor.domain.detection.money import PAGE, Income, Rate, steady
from monitor.domain.events.microseconds import DAY_US
from monitor.domain.recall.intervals import FloatArray

FLOOR, INTENTS = 0.78, 12
RATES = np.geomspace(0.2, 50, INTENTS)
LAM = betting.stakes(FLOOR)
INCOME = Income((Rate(0, 1 / 365 / INTENTS),))


def customers(recall: float, icc: float, shape: tuple[int, int, int], rng: np.random.Generator) -> FloatArray:
    """Hits of tickets, an array (runs, customers, tickets at a time); a customer's chance is drawn from a beta."""
    chances: FloatArray | float = recall
    if icc:
        more = (1 - icc) / icc
        chances = rng.beta(recall * more, (1 - recall) * more, (*shape[:2], 1))
    return (rng.random(shape) < chances).astype(np.float64)


def pages(outcomes: FloatArray, days: FloatArray, most: float) -> list[list[int]]:
    """The outcomes at which each run pages, at most so many; a page begins the bet again."""
    money = INCOME.deposits(None, steady((), (days * DAY_US).astype(np.int64)))
    runs = len(outcomes)
    ratios, seen = betting.start(runs).ratios, [list[int]() for _ in range(runs)]
    for place in range(outcomes.shape[1]):
        factor = betting.factors(LAM, FLOOR, outcomes[:, place], np.ones(runs))
        ratios = betting.grow(ratios, factor, float(money[place]))
        for run in np.flatnonzero(betting.evidence_each(ratios) >= PAGE):
            ratios[run] = 0
            seen[run].append(place)
        if min(map(len, seen)) >= most:
            break
    return seen


def false_pages(icc: float, at_a_time: int, runs: int, *, together: bool) -> int:
    """In so many years, over all twelve intents."""
    rng, total = np.random.default_rng(at_a_time), 0
    for rate in RATES:
        count = max(round(rate * 365 / at_a_time), 1)
        hits, days = customers(FLOOR, icc, (runs, count, at_a_time), rng), np.linspace(0, 365, count)
        if together:
            total += sum(map(len, pages(hits.mean(axis=2), days, np.inf)))
        else:
            each = hits.reshape(runs, -1)
            total += sum(map(len, pages(each, np.repeat(days, at_a_time), np.inf)))
    return total


def bursts(runs: int) -> Iterator[Answer]:
    """Bet for each ticket, and once for each customer and day (`judge.clustered`)."""
    years = max(runs // 10, 3)
    for icc, at_a_time in ((0.0, 3), (0.1, 3), (0.3, 3), (0.1, 10), (0.2, 10), (0.3, 10)):
        for together in (False, True):
            how = "once per customer and day" if together else "for each ticket"
            world = f"{at_a_time} tickets of a customer at a time, ICC {icc:g}, bet {how}"
            count = false_pages(icc, at_a_time, years, together=together)
            if together or not icc:
                yield pages_a_year("false pages a year", world, count, years, 1.0)
            else:
                yield open_figure("false pages a year", world, count / years, years)
