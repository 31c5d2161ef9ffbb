"""A cell's weighed outcomes come in; the recall they show goes out, with the interval that they allow."""

from collections.abc import Collection
from typing import NamedTuple

from monitor.domain.events.types import Design
from monitor.domain.recall import intervals
from monitor.domain.recall.chances import w_max
from monitor.domain.recall.estimate import Interval, Method
from monitor.domain.recall.intervals import Weights
from monitor.domain.recall.weights import Weighed


class Reading(NamedTuple):
    """Recall (None without outcomes), its interval, how that was made, and as how many labels it counts."""

    recall: float | None
    interval: Interval
    method: Method
    effective_n: float


def reading(
    weighed: Weighed,
    min_probability: float,
    *,
    watched: bool = True,
    largest: tuple[float, float] | None = None,
    miss_weights: Collection[float] = (),
    design_effect: float = 1.0,
) -> Reading:
    """A cell's recall with the 95 % interval that its labels allow.

    Not weighted: section 3's, the confidence sequence where it is looked at all the time (`watched`), else
    the interval of one look. All labels by_prediction, hits of one weight and misses of one: A, the odds
    shift, of the confidence sequence where it is watched. Else B, the gamma-MOVER, which holds at one look; of
    several designs each label counts its share of the heaviest of its own. `largest` are b1 and b0, the largest
    weights a hit and a miss can have, w_max unless configured apart. `miss_weights` are those a miss is known to be
    able to have (1/pi of the other predicted classes): more than one rules A out although the misses so far have
    one. Without a miss their only one is taken, or else b0; without a hit b1. Where one customer's tickets miss
    together, `design_effect` of them count as one in each interval: so many times fewer labels, or so many times the
    variance of a total. Costs: B holds at one look, not at all looks at once.

    >>> cell = Weighed()
    >>> cell.count(True, Design.BY_PREDICTION, 1.0, 0.02, by=25)
    >>> _, (low, high), method, _ = reading(cell, 0.02, watched=False)
    >>> round(low, 4), high, method.value
    (0.1117, 1.0, 'odds_shift')

    Source: section 4; Prentice & Pyke 1979 (A), Fay & Feuer 1997 with Zou & Donner 2008 (B); Kish 1965 (the design
    effect).
    """
    recall, effective = weighed.recall, weighed.effective_n / design_effect
    if not weighed.weighted:
        hits, misses = weighed.hits.n / design_effect, weighed.misses.n / design_effect
        if watched:
            return Reading(recall, intervals.confidence_sequence(hits, misses), Method.SEQUENCE, effective)
        return Reading(recall, intervals.interval(hits, misses), Method.ONE_LOOK, effective)
    b1, b0 = largest or (w_max(min_probability),) * 2
    pair = _two_weights(weighed, b1, b0, miss_weights)
    if pair is not None:
        hits, misses = weighed.hits.n / design_effect, weighed.misses.n / design_effect
        if watched:
            shifted = intervals.shifted_sequence(hits, misses, *pair)
            return Reading(recall, shifted, Method.SHIFTED_SEQUENCE, effective)
        return Reading(recall, intervals.odds_shift(hits, misses, *pair), Method.ODDS_SHIFT, effective)
    counted, missed = weighed.sides(b1, b0)
    interval = intervals.gamma_mover(_spread(counted, design_effect), _spread(missed, design_effect))
    return Reading(recall, interval, Method.GAMMA_MOVER, effective)


def _spread(side: Weights, design_effect: float) -> Weights:
    """A total whose variance is so many times as large."""
    return side._replace(squares=side.squares * design_effect)


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
