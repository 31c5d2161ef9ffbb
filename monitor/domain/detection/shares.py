"""Whole days of predictions come in; the wealth of those who bet that one of their shares has halved goes out.

It needs no label, so it can never tell why: fewer tickets of an intent, or fewer of them recognised. Days wander by
themselves, so a day is one observation, whose share scatters as the reference's days did, and only a fall to less than
a part of what was usual is bet on.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy

from monitor.domain.detection import betting
from monitor.domain.detection.betting import GRID, Wealth
from monitor.domain.recall.intervals import FloatArray

LEARN_DAYS = 14
"""Days with predictions, before anything is usual."""
REFERENCE_DAYS, LAG_DAYS = 56, 28
"""What is usual is the eight weeks that end four weeks before a day: slow drifts move it, a fall does not at once."""
LEARN_COUNT = 10
"""Fewer in all the reference's days tell nothing."""
DAY_AT_MOST = 20.0
"""No day multiplies anybody's money by more, so that no holiday and no outage makes a note by itself."""
NOTE = 1.0
BACK = 20.0
"""What a bet that the share is back must have won to end a note."""
STANDS_AT_MOST = 90
"""Days, after which what a note is about has become usual."""

_SURE = 1.0  # standard errors between what was usual and its lower limit
_LEAST_SPREAD = (
    0.02  # squared: a share that keeps within 14 % of its mean by more than chance is none of this world
)
_MOST_SPREAD = 1.0
_ERRORS = 0.5  # standard errors by which days are taken to scatter more than they did
_MOST_SHARE = 0.999
_WEEK = 7
_FALLEN = np.geomspace(0.02, 0.85, GRID)  # of what a note tolerates
_BACK_AT, _GONE = (0.75, 1.0), 0.5  # of what is usual
_LEAST_GAIN = -100.0  # in logs: nobody loses quite all


class DayCount(NamedTuple):
    """A day since 1970 (UTC): so many are `counted` of `total`."""

    day: int
    counted: int
    total: int


class UsualShare(NamedTuple):
    """What is usual: the `share`, its lower limit `low`, by weekday (0 is a Thursday), and how days scatter.

    `spread` is the squared coefficient of variation of a day's share, beyond what counting does.
    """

    share: float
    low: float
    by_weekday: tuple[float, ...]
    spread: float

    def on(self, day: int) -> float:
        """What a day's share is at least, while nothing has changed: of weekday and week the lower."""
        return self.low * min(1.0, self.by_weekday[day % _WEEK] / self.share)


def usual_window(first: int, day: int) -> range:
    """The days whose share is usual on `day`, where the history begins at `first`.

    >>> usual_window(0, 100), usual_window(0, 15)
    (range(16, 72), range(0, 14))
    """
    end = max(first + LEARN_DAYS, day - LAG_DAYS)
    return range(max(first, end - REFERENCE_DAYS), min(end, day))


def usual_share(days: Sequence[DayCount]) -> UsualShare | None:
    """What is usual by these days; None where they are too few, or hold too little.

    `s = sum c / sum N`. Each weekday's share is drawn to s as if by one more such day. Spread by moments,
    `phi = sum[(c - e)^2 - e (1 - s)] / sum e^2` with `e = N s_weekday`, and half a standard error more:
    `sqrt(2 sum (e + phi e^2)^2) / sum e^2`. `low = s exp(-sqrt(1/C + 7 phi / D))`: a day is no new witness of how
    a share wanders, a week is. Costs: a rare intent's days tell little of their spread, and its bet is the slower.

    >>> usual = usual_share([DayCount(day, 20, 1_000) for day in range(28)])
    >>> usual.share, round(usual.spread, 3), round(usual.low, 4)
    (0.02, 0.02, 0.0184)

    Source: Williams 1982, Extra-binomial variation in logistic linear models (the moments).
    """
    held = [each for each in days if each.total]
    count, total = sum(each.counted for each in held), sum(each.total for each in held)
    if len(held) < LEARN_DAYS or count < LEARN_COUNT:
        return None
    share = count / total
    weekdays = _by_weekday(held, share, total / len(held))
    counts = np.array([each.counted for each in held], np.float64)
    expected = np.array([each.total * weekdays[each.day % _WEEK] for each in held])
    squares = float(expected @ expected)
    beyond = float(np.sum((counts - expected) ** 2 - expected * (1 - share))) / squares
    spread = max(beyond, 0.0)
    error = math.sqrt(2 * float(np.sum((expected + spread * expected**2) ** 2))) / squares
    spread = min(max(spread + _ERRORS * error, _LEAST_SPREAD), _MOST_SPREAD)
    low = share * math.exp(-_SURE * math.sqrt(1 / count + _WEEK * spread / len(held)))
    return UsualShare(share, low, weekdays, spread)


def fall_factors(usual: UsualShare, day: DayCount, tolerated: float) -> FloatArray:
    """What a day does to each of 16 bettors on a fall: each is the best there is against one lower share.

    `L_j = BB(c; N, q_j t m) / BB(c; N, t m)`, held at 20: m what the day's share is at least, t the part of it that is
    `tolerated`, q_j from .02 to .85, BB the beta-binomial with the reference's spread. It falls in c, so its mean is at
    most 1 for every share above t m. Costs: wider spread, smaller bets.

    >>> usual = UsualShare(0.02, 0.02, (0.02,) * 7, 0.02)
    >>> [round(float(fall_factors(usual, DayCount(0, count, 1_000), 0.5)[8]), 2) for count in (3, 7)]
    [11.02, 0.01]

    Source: likelihood ratios as bets, Shafer 2021, Testing by betting.
    """
    if not day.total:
        return np.ones(GRID)
    least = tolerated * usual.on(day.day)
    gain = _log_chance(day, _FALLEN * least, usual.spread) - _log_chance(day, np.float64(least), usual.spread)
    return _bounded(gain)


def back_factor(usual: UsualShare, day: DayCount) -> float:
    """What a day does to the money of those who bet that a fallen share is back.

    The mean of `BB(c; N, b s) / BB(c; N, s/2)` over b of .75 and 1, held at 20. Costs: days, for a rare intent.

    >>> round(back_factor(UsualShare(0.02, 0.02, (0.02,) * 7, 0.02), DayCount(0, 20, 1_000)), 1)
    16.3

    Source: as `fall_factors`, the other way.
    """
    if not day.total:
        return 1.0
    share = usual.by_weekday[day.day % _WEEK]
    still = _log_chance(day, np.float64(_GONE * share), usual.spread)
    return float(_bounded(_log_chance(day, np.array(_BACK_AT) * share, usual.spread) - still).mean())


def bet_on_day(wealth: Wealth, factor: FloatArray, money: float, day: int) -> Wealth:
    """A day is over: the wealth after it. What is put in bounds the notes to be expected while nothing changes.

    `R_j <- (R_j + w) L_j`, a note where their mean is 1. Costs: nothing to speak of. Source: `betting.bet`.

    >>> betting.evidence(bet_on_day(betting.start(), np.full(GRID, 20.0), 0.001, 7))
    0.02
    """
    return betting.bet(wealth, factor, money, day)


def _bounded(gain: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.clip(gain, _LEAST_GAIN, math.log(DAY_AT_MOST))))


def _by_weekday(days: Sequence[DayCount], share: float, usual_total: float) -> tuple[float, ...]:
    counts, totals = [share * usual_total] * _WEEK, [usual_total] * _WEEK
    for each in days:
        counts[each.day % _WEEK] += each.counted
        totals[each.day % _WEEK] += each.total
    return tuple(count / total for count, total in zip(counts, totals, strict=True))


def _log_chance(day: DayCount, share: FloatArray | np.float64, spread: float) -> FloatArray:
    """`ln BB(c; N, p)` but for the binomial coefficient: alpha + beta + 1 = (1 - p) / (p spread)."""
    share = np.minimum(share, _MOST_SHARE)
    held = np.maximum((1 - share) / (share * spread) - 1, 1.0)
    alpha, beta = share * held, (1 - share) * held
    return np.asarray(
        scipy.special.betaln(day.counted + alpha, day.total - day.counted + beta)
        - scipy.special.betaln(alpha, beta)
    )
