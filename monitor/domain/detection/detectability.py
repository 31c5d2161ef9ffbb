"""A cell's money, its floor and the label traffic come in; how long a fall would go unseen goes out."""

import math
from typing import NamedTuple

import numpy as np

from monitor.domain.detection.betting import GRID, factors, stakes
from monitor.domain.detection.money import AT_LEAST_ODDS
from monitor.domain.recall.chances import w_max
from monitor.domain.recall.weights import AlikeLabels, Weighed

FALL = 0.30  # what must be seen in time
_LEAST_GROWTH, _MOST_GROWTH = 1e-9, 64.0  # an outcome, in logs
_STEPS = 100


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
    money_per_day: float, floor: float, outcomes_per_day: float, fallen: float | None = None
) -> float:
    """About how many days a fallen recall goes on before it is paged.

    `T = ln(1 + A (1 - exp(-K))) / K / lambda`, `K = KL(q, f)`, `A = max(lambda/m, 20)`: m the cell's part of a page a
    day, f the floor, lambda outcomes a day. What each outcome brings, 1/A, grows by exp(K) at every outcome from then
    on, and T is when it is a page in all. Without `fallen`, q as in `fallen_recall`. Infinite without outcomes, or
    where q is no fall. Costs: the mean is within a tenth of it, at floors of .40 to .83 and 0.5 to 50 labels a day,
    and the median up to a sixth below; broken at the first release, with its money at hand, .4 to .8 of it.

    >>> round(days_to_page(1 / 59, 0.25, 1.0, fallen=0.0), 2)  # ln(1 + 59/4) / -ln(.75)
    9.58

    Source: Lorden 1971 (`ln A / K` to first order), with the money that comes during the fall.
    """
    if outcomes_per_day <= 0:
        return math.inf
    return _uniform(outcomes_per_day / money_per_day, floor, fallen) / outcomes_per_day


def weighted_days_to_page(
    weighed: Weighed,
    money_per_day: float,
    floor: float,
    min_probability: float,
    days: float,
    fallen: float | None = None,
    *,
    one_class: bool = True,
) -> float:
    """About how many days a fallen recall goes on before it is paged, in a cell with weighted labels.

    T of `days_to_page` with `K = max_j sum_k r_k ln L_j(k) / lambda`: r_k labelled outcomes a day of each kind (hit or
    miss, and weight) once recall has fallen to q, `r_k = q P n_k/T1` for hits and `(1-q) P n_k/T0` for misses, P =
    (T1+T0)/days the positives a day, lambda the sum of the r_k, q as in `fallen_recall` unless given. Each kind moves
    the share of a stake that it does now (`scales.share`). Infinite without outcomes. Misses of which none was
    labelled yet count as chosen with min_probability. Costs: up to a quarter below the true mean for a deep fall;
    `days_to_page`, for labels that count alike, is too hopeful here by a factor of 3 to 12.

    >>> from monitor.domain.events.types import Design
    >>> cell = Weighed()
    >>> cell.count(True, Design.BY_PREDICTION, 0.4, 0.02, by=352)
    >>> cell.count(False, Design.BY_PREDICTION, 0.02, 0.02, by=2)
    >>> round(weighted_days_to_page(cell, 0.0028, 0.78, 0.02, days=10, fallen=0.39), 1)  # 98 positives a day
    5.7

    Source: Lorden 1971, with the bet's own growth in the place of KL.
    """
    pace = weighted_pace(weighed, floor, min_probability, days, fallen, one_class=one_class)
    return pace.days_to_page(money_per_day) if pace is not None else math.inf


class FallPace(NamedTuple):
    """How fast a fallen recall is bet on: so many labels a day, and by how much each makes the money grow, in logs."""

    labels_per_day: float
    growth: float

    def days_to_page(self, money_per_day: float) -> float:
        """About how many days the fall goes on before it is paged."""
        return _outcomes_to_page(self.labels_per_day / money_per_day, self.growth) / self.labels_per_day


def weighted_pace(
    weighed: Weighed,
    floor: float,
    min_probability: float,
    days: float,
    fallen: float | None = None,
    *,
    one_class: bool = True,
) -> FallPace | None:
    """The pace of `weighted_days_to_page`; None without outcomes, and where the money never grows."""
    fallen = fallen_recall(floor) if fallen is None else fallen
    t1, t0 = (side.total for side in weighed.sides(0.0, 0.0))
    if not t1 + t0 or days <= 0:
        return None
    lam, growth, labelled = stakes(floor), np.zeros(GRID), 0.0
    possible = w_max(min_probability)
    for x, total, share in ((1, t1, fallen), (0, t0, 1 - fallen)):
        kinds = weighed.kinds(possible, hit=x == 1, one_class=one_class) or [_unseen(weighed, possible)]
        stands_for = total or sum(kind.weight * kind.n for kind in kinds)
        for kind in kinds:
            rate = (t1 + t0) / days * share * kind.n / stands_for
            growth += rate * np.log(factors(lam, floor, x, kind.share))
            labelled += rate
    if growth.max() <= 0:
        return None
    return FallPace(labelled, float(growth.max()) / labelled)


def pace(floor: float, outcomes_per_day: float, fallen: float | None = None) -> FallPace | None:
    """The pace of `days_to_page`; None without outcomes, or where it is no fall."""
    fallen = fallen_recall(floor) if fallen is None else fallen
    return FallPace(outcomes_per_day, kl(fallen, floor)) if outcomes_per_day > 0 and fallen < floor else None


def labels_a_day_needed(money_per_day: float, floor: float, detect_within_days: float) -> float:
    """How many outcomes a day it takes for a fall to be paged within so many days.

    The lambda for which `days_to_page` is so long, q as in `fallen_recall`: by `lambda <- lambda T(lambda) / days`,
    which comes nearer at every step. Round it up to show. Costs: some ten logs.
    Source: `days_to_page`.

    >>> round(labels_a_day_needed(0.0005, 0.78, 14), 1)  # ln(1 + 4600 (1 - exp(-.214))) / .214 / 14
    2.3
    """
    return _needed(money_per_day, kl(fallen_recall(floor), floor), detect_within_days)


def labels_needed(
    money_per_day: float, floor: float, detect_within_days: float, per_day: float, days: float
) -> float:
    """The same for a cell in which `per_day` labels page a fall in so many `days`, weighed as its labels are.

    More labels of the same kinds: those days tell by how much each of them makes the money grow. Without labels, or
    where they would never page, as many as labels that count alike. Costs: some thirty logs.
    Source: `weighted_days_to_page`.

    >>> round(labels_needed(0.0005, 0.78, 14, per_day=1, days=27.8), 1)  # days_to_page at a label a day
    2.3
    """
    if per_day > 0 and math.isfinite(days):
        growth = _growth(per_day / money_per_day, per_day * days)
        return _needed(money_per_day, growth, detect_within_days)
    return labels_a_day_needed(money_per_day, floor, detect_within_days)


def fallen_recall(floor: float) -> float:
    """The recall after a fall that must be seen in time: .30 below the floor, or half of it where that is more.

    `q = max(f - .30, f / 2)`. Costs: nothing. Source: the product's own rule.

    >>> round(fallen_recall(0.78), 2), fallen_recall(0.4)
    (0.48, 0.2)
    """
    return max(floor - FALL, floor / 2)


def _unseen(weighed: Weighed, possible: float) -> AlikeLabels:
    """A side of which no label came yet, in a cell of this kind."""
    return AlikeLabels(1.0 if weighed.several or not weighed.weighted else possible, 1.0, 1)


def _uniform(outcomes_a_page: float, floor: float, fallen: float | None) -> float:
    fallen = fallen_recall(floor) if fallen is None else fallen
    return _outcomes_to_page(outcomes_a_page, kl(fallen, floor)) if fallen < floor else math.inf


def _outcomes_to_page(outcomes_a_page: float, growth: float) -> float:
    """n with `sum_(i=1..n) exp(K i) / A = 1`: A outcomes share the money of a page, which grows by K in logs."""
    return math.log1p(max(outcomes_a_page, AT_LEAST_ODDS) * -math.expm1(-growth)) / growth


def _growth(outcomes_a_page: float, outcomes: float) -> float:
    """The K of `_outcomes_to_page` that takes so many outcomes; as good as none where no growth takes so many.

    `ln(1 + A (1 - exp(-K))) - K n` is concave in K, so that Newton's steps from above never pass its root.
    """
    odds = max(outcomes_a_page, AT_LEAST_ODDS)
    if outcomes >= odds:
        return _LEAST_GROWTH
    if math.log1p(odds) >= _MOST_GROWTH * outcomes:
        return _MOST_GROWTH
    growth = math.log1p(odds) / outcomes
    for _ in range(_STEPS):
        left, won = math.exp(-growth), 1 - odds * math.expm1(-growth)
        nearer = growth - (math.log(won) - growth * outcomes) / (odds * left / won - outcomes)
        if math.isclose(nearer, growth, rel_tol=1e-10):
            break
        growth = nearer
    return max(growth, _LEAST_GROWTH)


def _needed(money_per_day: float, growth: float, detect_within_days: float) -> float:
    if detect_within_days <= 0:
        raise ValueError(f"detect_within must be above 0 days, got {detect_within_days}")
    needed, closer = math.inf, _outcomes_to_page(AT_LEAST_ODDS, growth) / detect_within_days
    while not math.isclose(needed, closer, rel_tol=1e-9):
        needed = closer
        closer = _outcomes_to_page(needed / money_per_day, growth) / detect_within_days
    return closer


def _term(p: float, q: float) -> float:
    if p == 0:
        return 0.0
    return p * math.log(p / q) if q > 0 else math.inf
