"""Counts or weight totals of hits and misses come in; the interval that holds the true recall goes out."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.roots import root

FloatArray = NDArray[np.float64]


class Weights(NamedTuple):
    """Labelled hits (or misses) that count 1/pi each: the sum, the sum of squares, the largest possible."""

    total: float
    squares: float
    largest: float


NOTHING_KNOWN = Interval(0.0, 1.0)
FEW = 5  # below so many hits or misses Wilson's normal approximation is not to be trusted


def wilson(hits: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's interval: every p whose own normal approximation would not call `hits` out of `n` surprising.

    `(p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)`, p = hits/n, z the normal quantile.
    Costs: short, but only right on average; with few hits or misses it covers less than it says.

    >>> low, high = wilson(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)

    Wilson 1927; the example is Newcombe 1998, Statistics in Medicine 17, table I.
    """
    _check(hits, n)
    if n == 0:
        return NOTHING_KNOWN
    z = float(scipy.special.ndtri((1 + level) / 2))
    p, shrink = hits / n, 1 + z * z / n
    middle = (p + z * z / (2 * n)) / shrink
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / shrink
    # At no hit or no miss one end is exactly 0 or 1, which rounding would miss by a hair.
    return Interval(0.0 if hits == 0 else middle - half, 1.0 if hits == n else middle + half)


def clopper_pearson(hits: float, n: float, level: float = 0.95) -> Interval:
    """The exact interval: every p under which so few, and so many, hits each have at least alpha/2 chance.

    `low = Beta^-1(alpha/2; k, n-k+1)`, `high = Beta^-1(1-alpha/2; k+1, n-k)`, alpha = 1 - level; k may be
    any real number in 0..n. Costs: never covers less than `level`, so it is wider than Wilson's.

    >>> low, high = clopper_pearson(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2527, 0.3676)

    Clopper & Pearson 1934; the example is Newcombe 1998, Statistics in Medicine 17, table I.
    """
    one_sided = (1 + level) / 2
    misses_low = clopper_pearson_lower(n - hits, n, one_sided)  # what it leaves is the hits' upper limit
    return Interval(clopper_pearson_lower(hits, n, one_sided), 1 - misses_low)


def clopper_pearson_lower(hits: float, n: float, level: float = 0.95) -> float:
    """The exact one-sided lower limit: the smallest p under which so many hits are not a surprise.

    `Beta^-1(1 - level; k, n-k+1)`, 0 where there is no hit. Costs: nothing; all of alpha is spent below, so
    it lies higher than the lower end of the two-sided interval.

    >>> round(clopper_pearson_lower(38, 38), 4)  # no miss: 0.05 ** (1/38)
    0.9242

    Clopper & Pearson 1934.
    """
    _check(hits, n)
    return float(scipy.special.betaincinv(hits, n - hits + 1, 1 - level)) if hits > 0 else 0.0


def interval(hits: float, misses: float, level: float = 0.95) -> Interval:
    """The interval of a report that looks once, at uniform labels: Wilson, or Clopper-Pearson where few.

    Wilson if hits and misses are both at least 5, else Clopper-Pearson. Costs: valid for one look at a fixed
    window; for a number that is looked at all the time use `confidence_sequence`.

    >>> interval(20, 0).low == clopper_pearson(20, 20).low
    True

    Brown, Cai & DasGupta 2001, Interval Estimation for a Binomial Proportion.
    """
    method = wilson if min(hits, misses) >= FEW else clopper_pearson
    return method(hits, hits + misses, level)


def confidence_sequence(hits: float, misses: float, alpha: float = 0.05) -> Interval:
    """An interval that stays valid however often one looks: P(it ever leaves the truth out) <= alpha.

    Keep p while a bettor who mixes over all recalls (Beta(1/2,1/2)) has not made 1/alpha out of 1 against it:
    `ln B(.5+k, .5+m) - ln B(.5,.5) - k ln p - m ln(1-p) < ln(1/alpha)`, k hits, m misses.
    Costs: about 1.4 times as wide as an interval for one look; two root searches, some 20 us each.

    >>> low, high = confidence_sequence(33, 5)
    >>> round(low, 4), round(high, 4)
    (0.6397, 0.9782)

    Ville 1939; Robbins 1970, Statistical Methods Related to the Law of the Iterated Logarithm.
    """
    _check(hits, hits + misses)
    return Interval(_sequence_low(hits, misses, alpha), 1 - _sequence_low(misses, hits, alpha))


def odds_shift(
    hits: float, misses: float, hit_weight: float, miss_weight: float, level: float = 0.95
) -> Interval:
    """Recall from labels chosen by predicted class (interval A): the exact interval, its odds put right.

    `t` in Clopper-Pearson of the labelled; `R = t W1 / (t W1 + (1-t) W0)`, W1 and W0 the weight 1/pi of a
    labelled hit and miss. Costs: exactness, also with no miss seen, is paid for in width.

    >>> low, high = odds_shift(40, 6, 2.5, 50.0)
    >>> round(low, 4), round(high, 4)
    (0.1231, 0.4903)

    Clopper & Pearson 1934, carried through the odds as in case-control studies (Prentice & Pyke 1979).
    """
    return _shifted(clopper_pearson(hits, hits + misses, level), hit_weight, miss_weight)


def shifted_sequence(
    hits: float, misses: float, hit_weight: float, miss_weight: float, alpha: float = 0.05
) -> Interval:
    """The same, valid however often one looks: the confidence sequence of the labelled, its odds put right.

    The labelled of a cell are hits with one chance t, so `t` stays in `confidence_sequence` at all times at once, and
    `R = t W1 / (t W1 + (1-t) W0)` rises with t. Costs: at 40 hits and 6 misses 1.5 times as wide as at one look.

    >>> low, high = shifted_sequence(40, 6, 2.5, 50.0)
    >>> round(low, 4), round(high, 4)
    (0.0896, 0.6522)

    Ville 1939; Prentice & Pyke 1979.
    """
    return _shifted(confidence_sequence(hits, misses, alpha), hit_weight, miss_weight)


def gamma_mover(hits: Weights, misses: Weights, level: float = 0.95) -> Interval:
    """Recall from labels of many weights (interval B): an interval for each total, joined on the log odds.

    A total T with squares v and largest unseen weight b lies in `lo = v/(2T) chi2inv(alpha/2, 2T^2/v)` ..
    `hi = (v+b^2)/(2(T+b)) chi2inv(1-alpha/2, 2(T+b)^2/(v+b^2))`. With `q = ln(T0/T1)` (0 misses, 1 hits):
    `qU = q + sqrt(ln(hi0/T0)^2 + ln(T1/lo1)^2)`, `qL = q - sqrt(ln(T0/lo0)^2 + ln(hi1/T1)^2)`, and the
    interval is `1/(1+e^qU) .. 1/(1+e^qL)`. Costs: b, the worst that may hide unseen, makes it wide.

    >>> low, high = gamma_mover(Weights(100, 250, 2.5), Weights(300, 15000, 50))
    >>> round(low, 4), round(high, 4)
    (0.125, 0.4876)

    Fay & Feuer 1997 (the gamma limits); Zou & Donner 2008 (MOVER: joining two intervals).
    """
    lo1, hi1 = _total(hits, level)
    lo0, hi0 = _total(misses, level)
    if misses.total == 0:
        return Interval(lo1 / (lo1 + hi0), 1.0)  # no hit either: lo1 is 0, and so is the limit
    if hits.total == 0:
        return Interval(0.0, 1 / (1 + lo0 / hi1))
    q = math.log(misses.total / hits.total)
    upper = q + math.hypot(math.log(hi0 / misses.total), math.log(hits.total / lo1))
    lower = q - math.hypot(math.log(misses.total / lo0), math.log(hi1 / hits.total))
    return Interval(1 / (1 + math.exp(upper)), 1 / (1 + math.exp(lower)))


def effective_n(total: float, squares: float) -> float:
    """How many equally weighted labels would tell as much: for showing, never for building an interval on.

    `(sum w)^2 / sum w^2`, 0 without labels. Costs: it hides which side the heavy weights are on, so Wilson
    built on it covered 25 % where intervals A and B covered 99 %.

    >>> effective_n(total=400, squares=15250)
    10.491803278688524

    Kish 1965, Survey Sampling.
    """
    return total * total / squares if squares > 0 else 0.0


def _shifted(share: Interval, hit_weight: float, miss_weight: float) -> Interval:
    low, high = (t * hit_weight / (t * hit_weight + (1 - t) * miss_weight) for t in share)
    return Interval(low, high)


def _check(hits: float, n: float) -> None:
    if not 0 <= hits <= n:
        raise ValueError(f"hits must lie between 0 and n, got {hits} of {n}")


def _total(weights: Weights, level: float) -> tuple[float, float]:
    total, squares, largest = weights
    if largest <= 0:
        raise ValueError(f"a label weighs more than 0, so the largest cannot be {largest}")
    tail = (1 - level) / 2
    # chi2inv(p, d) = 2 gammaincinv(d/2, p): the twos cancel against the formula's.
    low = squares / total * float(scipy.special.gammaincinv(total**2 / squares, tail)) if total > 0 else 0.0
    total, squares = total + largest, squares + largest**2
    return low, squares / total * float(scipy.special.gammaincinv(total**2 / squares, 1 - tail))


@lru_cache(maxsize=8192)  # of the many cells of a large model few have other counts than every other
def _sequence_low(hits: float, misses: float, alpha: float) -> float:
    if hits == 0:
        return 0.0
    # What the mixture has won apart from p, less what it may win; the limit is where `surplus` is 0.
    spare = float(scipy.special.betaln(0.5 + hits, 0.5 + misses) - scipy.special.betaln(0.5, 0.5)) + math.log(
        alpha
    )

    def surplus(log_p: float) -> float:
        return spare - hits * log_p - misses * math.log1p(-math.exp(log_p))

    # Leaving out the misses can only lower the surplus: exact without misses, else a bound below the root.
    # Sought in ln p, so that a limit of one in a million is as exact as one of a half.
    outside = spare / hits
    if misses == 0 or surplus(outside) <= 0:
        return math.exp(outside)
    return math.exp(root(surplus, outside, math.log(hits / (hits + misses))))
