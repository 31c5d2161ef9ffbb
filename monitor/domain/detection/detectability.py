"""A threshold, a floor and the label traffic come in; how long a fall would go unseen goes out."""

import math

import numpy as np

from monitor.domain.detection.betting import GRID, factors, stakes
from monitor.domain.recall.weights import Sums, Weighed, w_max

FALL = 0.30  # what must be seen in time


def kl(p: float, q: float) -> float:
    """How much one outcome drawn with recall p tells, on average, against recall q (in nats).

    `KL(p, q) = p ln(p/q) + (1-p) ln((1-p)/(1-q))`, with 0 ln 0 = 0; infinite where q rules out what p does.
    Costs: nothing. Source: Kullback & Leibler 1951.

    >>> round(kl(0.5, 0.25), 4)  # ln 2 - ln(3)/2
    0.1438
    """
    if not (0 <= p <= 1 and 0 <= q <= 1):
        raise ValueError(f"recalls lie between 0 and 1, got {p} and {q}")
    return _term(p, q) + _term(1 - p, 1 - q)


def days_to_page(
    threshold: float, floor: float, outcomes_per_day: float, fallen: float | None = None
) -> float:
    """About how many days a fallen recall goes on before it is paged.

    `T = ln(A) / KL(q, f) / lambda`, A the threshold, f the floor, lambda outcomes a day; without
    `fallen`, q as in `fallen_recall`. Infinite without outcomes, or where q is no fall.
    Costs: it is first order; the true mean lies some 10 % below for a deep fall. Source: Lorden 1971.

    >>> round(days_to_page(math.e**2, 0.25, 1.0, fallen=0.0), 2)  # 2 / -ln(.75)
    6.95
    """
    outcomes = _outcomes_to_page(threshold, floor, fallen)
    return outcomes / outcomes_per_day if outcomes_per_day > 0 else math.inf


def weighted_days_to_page(
    weighed: Weighed,
    threshold: float,
    floor: float,
    min_probability: float,
    days: float,
    fallen: float | None = None,
) -> float:
    """About how many days a fallen recall goes on before it is paged, in a cell with weighted labels.

    `T = ln(A) / max_j sum_k r_k ln L_j(k)`: r_k labelled outcomes a day of each kind (hit or miss, and weight)
    once recall has fallen to q, `r_k = q P n_k/T1` for hits and `(1-q) P n_k/T0` for misses, P = (T1+T0)/days
    the positives a day, q as in `fallen_recall` unless given. Infinite without outcomes. Misses of which none
    was labelled yet count as chosen with min_probability. Costs: first order, 15 to 30 % above the true mean
    for a deep fall; `days_to_page`, for labels that count alike, is too hopeful here by a factor of 3 to 12.

    >>> from monitor.domain.events.types import Design
    >>> cell = Weighed()
    >>> cell.count(True, Design.BY_PREDICTION, 0.4, 0.02, by=352)
    >>> cell.count(False, Design.BY_PREDICTION, 0.02, 0.02, by=2)
    >>> round(weighted_days_to_page(cell, 6000, 0.78, 0.02, days=10, fallen=0.39), 1)  # 98 positives a day
    8.5

    Source: Lorden 1971, with the bet's own growth in the place of KL.
    """
    fallen = fallen_recall(floor) if fallen is None else fallen
    t1, t0 = (side.total for side in weighed.sides(0.0, 0.0))
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


def labels_a_day_needed(threshold: float, floor: float, detect_within_days: float) -> float:
    """How many outcomes a day it takes for a fall to be paged within so many days.

    `ln(A) / KL(q, f) / days`, q as in `fallen_recall`: `days_to_page` solved for lambda. Round it up to show.
    Costs: nothing. Source: Lorden 1971.

    >>> round(labels_a_day_needed(6000, 0.78, 14), 1)  # ln 6000 / KL(.48, .78) / 14
    2.9
    """
    if detect_within_days <= 0:
        raise ValueError(f"detect_within must be above 0 days, got {detect_within_days}")
    return _outcomes_to_page(threshold, floor, None) / detect_within_days


def labels_needed(
    threshold: float, floor: float, detect_within_days: float, per_day: float, days: float
) -> float:
    """The same for a cell in which `per_day` labels page a fall in so many `days`, weighed as its labels are.

    `per_day * days / detect_within_days`: more labels of the same kinds. Without labels, or where they would never
    page, as many as labels that count alike. Source: `weighted_days_to_page`, which is one over the labels a day.

    >>> labels_needed(6000, 0.78, 14, per_day=10, days=28)
    20.0
    """
    if per_day > 0 and math.isfinite(days):
        return per_day * days / detect_within_days
    return labels_a_day_needed(threshold, floor, detect_within_days)


def fallen_recall(floor: float) -> float:
    """The recall after a fall that must be seen in time: .30 below the floor, or half of it where that is more.

    `q = max(f - .30, f / 2)`. Costs: nothing. Source: the product's own rule.

    >>> round(fallen_recall(0.78), 2), fallen_recall(0.4)
    (0.48, 0.2)
    """
    return max(floor - FALL, floor / 2)


def _kinds(sums: Sums) -> dict[float, int]:
    """How many labels of each weight; those beyond the first 32 weights at their mean."""
    if not sums.others:
        return sums.counts
    mean = sums.others_total / sums.others
    return {**sums.counts, mean: sums.counts.get(mean, 0) + sums.others}


def _outcomes_to_page(threshold: float, floor: float, fallen: float | None) -> float:
    fallen = fallen_recall(floor) if fallen is None else fallen
    return math.log(threshold) / kl(fallen, floor) if fallen < floor else math.inf


def _term(p: float, q: float) -> float:
    if p == 0:
        return 0.0
    return p * math.log(p / q) if q > 0 else math.inf
