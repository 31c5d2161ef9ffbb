"""A threshold, a floor and the label traffic come in; how long a fall would go unseen goes out."""

import math


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
    `fallen`, q = max(f - .30, f/2). Infinite without outcomes, or where q is no fall.
    Costs: it is first order; the true mean lies some 10 % below for a deep fall. Source: Lorden 1971.

    >>> round(days_to_page(math.e**2, 0.25, 1.0, fallen=0.0), 2)  # 2 / -ln(.75)
    6.95
    """
    outcomes = _outcomes_to_page(threshold, floor, fallen)
    return outcomes / outcomes_per_day if outcomes_per_day > 0 else math.inf


def labels_a_day_needed(threshold: float, floor: float, detect_within_days: float) -> float:
    """How many outcomes a day it takes for a fall to be paged within so many days.

    `ln(A) / KL(q, f) / days`, q = max(f - .30, f/2): `days_to_page` solved for lambda. Round it up to show.
    Costs: nothing. Source: Lorden 1971.

    >>> round(labels_a_day_needed(6000, 0.78, 14), 1)  # ln 6000 / KL(.48, .78) / 14
    2.9
    """
    if detect_within_days <= 0:
        raise ValueError(f"detect_within must be above 0 days, got {detect_within_days}")
    return _outcomes_to_page(threshold, floor, None) / detect_within_days


def fallen_recall(floor: float) -> float:
    """The fall that must be seen in time: recall 0.30 below the floor, or half of it where that is more.

    `q = max(f - .30, f / 2)`. Costs: nothing. Source: the product's own rule.

    >>> round(fallen_recall(0.78), 2), fallen_recall(0.4)
    (0.48, 0.2)
    """
    return max(floor - 0.30, floor / 2)


def _outcomes_to_page(threshold: float, floor: float, fallen: float | None) -> float:
    fallen = fallen_recall(floor) if fallen is None else fallen
    return math.log(threshold) / kl(fallen, floor) if fallen < floor else math.inf


def _term(p: float, q: float) -> float:
    if p == 0:
        return 0.0
    return p * math.log(p / q) if q > 0 else math.inf
