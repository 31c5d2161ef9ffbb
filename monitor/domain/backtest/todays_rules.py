"""The rules that people use today, each over one intent's outcomes; what `anchorwatch backtest` compares with.

Every rule takes the hits (1) and misses (0) in their order with the day on which each became known, and gives
the index of the outcome at which it first alarms, or None. A rule that looks once a day alarms at the last
outcome of that day.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

REFERENCE_DAYS = 14


class PromisedRecall(NamedTuple):
    """What the intent was promised: the floor, and the offline hits and examples."""

    floor: float
    hits: float
    support: float


Rule = Callable[[Sequence[int], Sequence[int], PromisedRecall], int | None]


def rolling_mean(window: int) -> Rule:
    """Alarm when the mean of the last `window` outcomes falls below the floor.

    >>> rolling_mean(2)([1, 0, 0], [0, 0, 0], PromisedRecall(0.5, 9, 10))
    2
    """

    def rule(hits: Sequence[int], _days: Sequence[int], promise: PromisedRecall) -> int | None:
        sums = np.concatenate([[0], np.cumsum(hits)])
        means = (sums[window:] - sums[:-window]) / window if len(hits) >= window else np.zeros(0)
        below = np.flatnonzero(means < promise.floor - 1e-12)
        return int(below[0]) + window - 1 if len(below) else None

    return rule


def three_deviations(hits: Sequence[int], days: Sequence[int], _promise: PromisedRecall) -> int | None:
    """Alarm on a day whose recall is 3 standard deviations below the mean of the first 14 days' recalls.

    The band of NannyML and of many dashboards; a day with one label counts like a day with a hundred.

    >>> three_deviations([1] * 14 + [0], list(range(15)), PromisedRecall(0.5, 9, 10))
    14
    """
    reference: list[float] = []
    for day, recall, last in _by_day(hits, days):
        if day - days[0] < REFERENCE_DAYS:
            reference.append(recall)
        elif len(reference) >= 2 and recall < np.mean(reference) - 3 * np.std(reference, ddof=1):
            return last
    return None


def daily_fisher(hits: Sequence[int], days: Sequence[int], promise: PromisedRecall) -> int | None:
    """Alarm on a day whose counts a one-sided Fisher test at .01 tells from the anchor's (Fisher 1922)."""
    from scipy.stats import fisher_exact

    offline = [round(promise.hits), round(promise.support - promise.hits)]
    for _, group in groupby(range(len(hits)), key=lambda i: days[i]):
        today = list(group)
        got = sum(hits[i] for i in today)
        _, p = fisher_exact([[got, len(today) - got], offline], alternative="less")
        if p < 0.01:
            return today[-1]
    return None


RULES: dict[str, Rule] = {
    "mean of the last 15 below the floor": rolling_mean(15),
    "mean of the last 50 below the floor": rolling_mean(50),
    "a day 3 deviations below the first 14": three_deviations,
    "a day's Fisher test at .01": daily_fisher,
}
"""By the name that people read."""


def _by_day(hits: Sequence[int], days: Sequence[int]) -> list[tuple[int, float, int]]:
    """(day, recall, index of its last outcome) of each day in its order."""
    daily = []
    for day, group in groupby(range(len(hits)), key=lambda i: days[i]):
        today = list(group)
        daily.append((day, sum(hits[i] for i in today) / len(today), today[-1]))
    return daily
