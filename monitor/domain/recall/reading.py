"""A cell's weighed outcomes come in; the recall they show goes out, with the interval that they allow."""

import math
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from monitor.domain.detection.betting import GRID, factors, stakes
from monitor.domain.events.types import Design
from monitor.domain.recall import intervals
from monitor.domain.recall.intervals import Interval, Weights
from monitor.domain.recall.weights import Sums, Weighed, w_max


class Method(StrEnum):
    """Which interval a recall is shown with."""

    ONE_LOOK = "one_look"
    SEQUENCE = "confidence_sequence"
    ODDS_SHIFT = "odds_shift"
    GAMMA_MOVER = "gamma_mover"


class Reading(NamedTuple):
    """Recall (None without outcomes), its interval, how that was made, and as how many labels it counts."""

    recall: float | None
    interval: Interval
    method: Method
    effective_n: float


def weighted_recall(weighed: Weighed) -> float | None:
    """The recall that the labels show; None without any.

    `R = T1/(T1 + T0)`, the summed weights of labelled hits and misses; plain counts while not weighted.
    Costs: as many labels as `effective_n` says. Source: section 4; Hajek 1971 (a ratio of weighted totals).

    >>> cell = Weighed()
    >>> cell.count(True, Design.BY_PREDICTION, 0.4, 0.01, by=40)
    >>> cell.count(False, Design.BY_PREDICTION, 0.02, 0.01, by=6)
    >>> weighted_recall(cell)
    0.25
    """
    hits, misses = _amounts(weighed)
    return hits / (hits + misses) if hits + misses else None


def reading(
    weighed: Weighed,
    min_probability: float,
    *,
    watched: bool = True,
    largest: tuple[float, float] | None = None,
    miss_weights: Collection[float] = (),
    level: float = 0.95,
) -> Reading:
    """A cell's recall with the interval that its labels allow.

    Not weighted: section 3's, the confidence sequence where it is looked at all the time (`watched`), else
    the interval of one look. All labels by_prediction, hits of one weight and misses of one: A, the odds
    shift. Else B, the gamma-MOVER. `largest` are b1 and b0, the largest weights a hit and a miss can have,
    w_max unless configured apart. `miss_weights` are those a miss is known to be able to have (1/pi of the
    other predicted classes): more than one rules A out although the misses so far have one. Without a miss
    their only one is taken, or else b0; without a hit b1.
    Costs: A and B hold at one look, not at all looks at once.

    >>> cell = Weighed()
    >>> cell.count(True, Design.BY_PREDICTION, 1.0, 0.02, by=25)
    >>> _, (low, high), method, _ = reading(cell, 0.02)
    >>> round(low, 4), high, method.value
    (0.1117, 1.0, 'odds_shift')

    Source: section 4; Prentice & Pyke 1979 (A), Fay & Feuer 1997 with Zou & Donner 2008 (B).
    """
    recall, effective = weighted_recall(weighed), effective_n(weighed)
    if not weighed.weighted:
        hits, misses = weighed.hits.n, weighed.misses.n
        if watched:
            interval = intervals.confidence_sequence(hits, misses, 1 - level)
            return Reading(recall, interval, Method.SEQUENCE, effective)
        return Reading(recall, intervals.interval(hits, misses, level), Method.ONE_LOOK, effective)
    b1, b0 = largest or (w_max(min_probability),) * 2
    pair = _two_weights(weighed, b1, b0, miss_weights)
    if pair is not None:
        interval = intervals.odds_shift(weighed.hits.n, weighed.misses.n, *pair, level)
        return Reading(recall, interval, Method.ODDS_SHIFT, effective)
    interval = intervals.gamma_mover(weighed.hits.possible(b1), weighed.misses.possible(b0), level)
    return Reading(recall, interval, Method.GAMMA_MOVER, effective)


def effective_n(weighed: Weighed) -> float:
    """As how many equally weighted labels the cell's labels count: shown, never computed on.

    `(sum w)^2 / sum w^2`; the number of labels while not weighted. Costs: see `intervals.effective_n`.

    >>> cell = Weighed()
    >>> cell.count(True, Design.UNKNOWN, None, 0.01, by=38)
    >>> effective_n(cell)
    38.0

    Source: Kish 1965, Survey Sampling.
    """
    if not weighed.weighted:
        return float(weighed.hits.n + weighed.misses.n)
    total = weighed.hits.total + weighed.misses.total
    return intervals.effective_n(total, weighed.hits.squares + weighed.misses.squares)


def total_limits(weights: Weights, level: float = 0.95) -> Interval:
    """Between which totals the true one lies, from labelled hits (or misses) of total T.

    `lo = v/(2T) chi2inv(alpha/2, 2T^2/v)`, `hi = (v+b^2)/(2(T+b)) chi2inv(1-alpha/2, 2(T+b)^2/(v+b^2))`,
    v the squares, b the largest weight unseen. Costs: b alone makes `hi` 3.7 b where nothing was seen.

    >>> low, high = total_limits(Weights(0, 0, 50))
    >>> low, round(high / 50, 3)  # -ln .025
    (0.0, 3.689)

    Source: Fay & Feuer 1997; section 4, B.
    """
    return Interval(*intervals._total(weights, level))


def _amounts(weighed: Weighed) -> tuple[float, float]:
    if weighed.weighted:
        return weighed.hits.total, weighed.misses.total
    return weighed.hits.n, weighed.misses.n


def _two_weights(
    weighed: Weighed, b1: float, b0: float, miss_weights: Collection[float]
) -> tuple[float, float] | None:
    """The weight of a hit and of a miss, where labels by predicted class leave no other; else None."""
    if set(weighed.designs) != {Design.BY_PREDICTION} or weighed.hits.others or weighed.misses.others:
        return None
    hits, misses = set(weighed.hits.counts), {*weighed.misses.counts, *miss_weights}
    if len(hits) > 1 or len(misses) > 1:
        return None
    return (hits or {b1}).pop(), (misses or {b0}).pop()


def days_to_page(
    weighed: Weighed,
    threshold: float,
    floor: float,
    min_probability: float,
    days: float,
    fallen_recall: float | None = None,
) -> float:
    """About how many days a fallen recall goes on before it is paged, in a cell with weighted labels.

    `T = ln(A) / max_j sum_k r_k ln L_j(k)`: r_k labelled outcomes a day of each kind (hit or miss, and weight)
    once recall has fallen to q, `r_k = q P n_k/T1` for hits and `(1-q) P n_k/T0` for misses, P = (T1+T0)/days
    the positives a day, q = max(f - .30, f/2) unless given. Infinite without outcomes. Misses of which none
    was labelled yet count as chosen with min_probability. Costs: first order, 15 to 30 % above the true mean
    for a deep fall; the formula for uniform labels (`detectability`) is too hopeful here by a factor of 3 to 12.

    >>> cell = Weighed()
    >>> cell.count(True, Design.BY_PREDICTION, 0.4, 0.02, by=352)
    >>> cell.count(False, Design.BY_PREDICTION, 0.02, 0.02, by=2)
    >>> round(days_to_page(cell, 6000, 0.78, 0.02, days=10, fallen_recall=0.39), 1)  # 98 positives a day
    8.5

    Source: Lorden 1971, with the bet's own growth in the place of KL.
    """
    fallen = max(floor - 0.30, floor / 2) if fallen_recall is None else fallen_recall
    t1, t0 = _amounts(weighed)
    if not t1 + t0 or days <= 0:
        return math.inf
    lam, growth = stakes(floor), np.zeros(GRID)
    for x, sums, total, share in ((1, weighed.hits, t1, fallen), (0, weighed.misses, t0, 1 - fallen)):
        chosen = _kinds(sums) or {w_max(min_probability) if weighed.weighted else 1.0: 1}
        stands_for = total or sum(weight * n for weight, n in chosen.items())
        for weight, n in chosen.items():
            u = weight / w_max(min_probability) if weighed.weighted else 1.0
            growth += (t1 + t0) / days * share * n / stands_for * np.log(factors(lam, floor, x, u))
    return math.log(threshold) / float(growth.max()) if growth.max() > 0 else math.inf


def _kinds(sums: Sums) -> dict[float, int]:
    """How many labels of each weight; those beyond the first 32 weights at their mean."""
    if not sums.others:
        return sums.counts
    mean = sums.others_total / sums.others
    return {**sums.counts, mean: sums.counts.get(mean, 0) + sums.others}
