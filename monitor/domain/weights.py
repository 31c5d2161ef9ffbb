"""How labelled outcomes were chosen comes in; how much each counts, and the recall they show, goes out.

A cell is *weighted* from its first label of design by_prediction or by_score on, and while it has one. Until
then every label counts 1: a constant weight cancels from recall, and u = 1 keeps the detector quick.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from math import fsum
from typing import NamedTuple

import msgspec
import numpy as np

from monitor.domain import intervals
from monitor.domain.betting import FloatArray
from monitor.domain.events import Design
from monitor.domain.intervals import Interval, Weights

DISTINCT = 32  # weights counted one by one: a design by predicted class has two, one by score any number


class Weight(NamedTuple):
    """What one labelled outcome counts, and whether its `pi` was below the configured smallest."""

    value: float
    clipped: bool = False


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


class Sums(msgspec.Struct):
    """Labelled hits (or misses) added up by weight; what was counted in can be counted out again.

    `counts` holds the first 32 distinct weights, the rest are only summed (`others`). Sums are taken over the
    counts, so within 32 weights neither the order nor a correction leaves a trace in the last bit.
    """

    counts: dict[float, int] = {}
    others: int = 0
    others_total: float = 0.0
    others_squares: float = 0.0
    others_largest: float = 0.0

    @property
    def n(self) -> int:
        """How many labels."""
        return sum(self.counts.values()) + self.others

    @property
    def total(self) -> float:
        """T, the summed weights: how many of all predictions these labels stand for."""
        return fsum(weight * n for weight, n in self.counts.items()) + self.others_total

    @property
    def squares(self) -> float:
        """The sum of the squared weights."""
        return fsum(weight * weight * n for weight, n in self.counts.items()) + self.others_squares

    @property
    def largest(self) -> float:
        """The largest weight seen, 0 without labels; beyond 32 weights one taken back may linger in it."""
        return max([*self.counts, self.others_largest])

    def count(self, weight: float, by: int = 1) -> None:
        """Count labels of one weight in, or out again with a negative `by`."""
        left = self.counts.get(weight, 0) + by
        if left > 0 and (weight in self.counts or len(self.counts) < DISTINCT):
            self.counts[weight] = left
            return
        over = left
        if by < 0:
            self.counts.pop(weight, None)  # what it cannot give back was counted among the others
        self.others += over
        self.others_total += weight * over
        self.others_squares += weight * weight * over
        self.others_largest = max(self.others_largest, weight if over > 0 else 0.0)
        if not self.others:
            self.others_total = self.others_squares = self.others_largest = 0.0

    def add(self, other: "Sums") -> None:
        """Take another's labels in."""
        for weight, n in other.counts.items():
            self.count(weight, n)
        self.others += other.others
        self.others_total += other.others_total
        self.others_squares += other.others_squares
        self.others_largest = max(self.others_largest, other.others_largest)

    def possible(self, largest: float) -> Weights:
        """As the gamma interval takes it: total, squares, and the largest weight a label could have had."""
        return Weights(self.total, self.squares, max(largest, self.largest))


class Weighed(msgspec.Struct):
    """A cell's outcomes with their weights: what a tally carries beside its counts. Mergeable, revertible."""

    hits: Sums = msgspec.field(default_factory=Sums)
    misses: Sums = msgspec.field(default_factory=Sums)
    designs: dict[Design, int] = {}
    clipped: int = 0

    @property
    def weighted(self) -> bool:
        """Whether weights count in this cell."""
        return weighted(self.designs)

    def count(
        self, hit: bool, design: Design, probability: float | None, min_probability: float, by: int = 1
    ) -> None:
        """Count labels of one kind in, or out again with a negative `by`."""
        value, clipped = weight(design, probability, min_probability)
        (self.hits if hit else self.misses).count(value, by)
        stated = stated_design(design, probability)
        self.designs[stated] = self.designs.get(stated, 0) + by
        if not self.designs[stated]:
            del self.designs[stated]
        self.clipped += by if clipped else 0

    def add(self, other: "Weighed") -> None:
        """Take another part of the same cell in."""
        self.hits.add(other.hits)
        self.misses.add(other.misses)
        for design, n in other.designs.items():
            self.designs[design] = self.designs.get(design, 0) + n
        self.clipped += other.clipped


def w_max(min_probability: float) -> float:
    """The largest weight any label can have: what a detector divides by, and what may hide unseen.

    `w_max = 1/min_probability`. Costs: bets shrink with it, so a min_probability ten times too small makes
    pages come later; too large a one clips weights, and recall is off by what was clipped.

    >>> w_max(0.01)
    100.0

    Source: section 4 of the statistics; Horvitz & Thompson 1952 for 1/pi.
    """
    if not 0 < min_probability <= 1:
        raise ValueError(f"min_probability must lie in (0, 1], got {min_probability}")
    return 1 / min_probability


def stated_design(design: Design, probability: float | None) -> Design:
    """The design a label can be held to: by_prediction or by_score without a `pi` tell no more than unknown.

    Costs: nothing. Source: section 4.

    >>> stated_design(Design.BY_SCORE, None)
    <Design.UNKNOWN: 'unknown'>
    """
    return Design.UNKNOWN if probability is None and design is not Design.UNIFORM else design


def weight(design: Design, probability: float | None, min_probability: float) -> Weight:
    """How many predictions one labelled outcome stands for.

    `w = 1/pi`, at most `1/min_probability` (clipped, to be reported); 1 where the design or pi is unknown.
    Costs: clipping makes the heavy side, mostly the misses, count for less than it should.

    >>> weight(Design.BY_SCORE, 0.25, 0.01), weight(Design.BY_SCORE, 0.001, 0.01)
    (Weight(value=4.0, clipped=False), Weight(value=100.0, clipped=True))
    >>> weight(Design.UNKNOWN, 0.25, 0.01)
    Weight(value=1.0, clipped=False)

    Source: section 4; Horvitz & Thompson 1952.
    """
    largest = w_max(min_probability)
    if design is Design.UNKNOWN or probability is None:
        return Weight(1.0)
    return Weight(min(1 / probability, largest), probability < min_probability)


def weighted(designs: Iterable[Design] | Mapping[Design, int]) -> bool:
    """Whether the labels of a cell, of these designs, must be weighted.

    True with the first label chosen by_prediction or by_score. Uniform and unknown labels, also mixed, count 1
    each: of one constant pi it cancels. Costs: when the answer changes, the cell's bet must be rebuilt.

    >>> weighted([Design.UNIFORM, Design.UNKNOWN]), weighted([Design.UNIFORM, Design.BY_SCORE])
    (False, True)

    Source: section 4.
    """
    return any(design in (Design.BY_PREDICTION, Design.BY_SCORE) for design in designs)


def detector_weights(
    chosen: Iterable[tuple[Design, float | None]], min_probability: float, weigh: bool
) -> FloatArray:
    """The stakes' scale u of outcomes in their order: (design, pi) of each in, `u = w/w_max` in (0, 1] out.

    All 1 unless the cell is weighted (`weigh`). Where E[w (x - f)] >= 0, so is E[u (x - f)], which is all the
    detector's promise needs. Costs: light labels make small bets: a hit of w = 2.5 beside a w_max of 50 moves
    the bet by 1/20.

    >>> detector_weights([(Design.BY_PREDICTION, 0.4), (Design.BY_PREDICTION, 0.02)], 0.02, True).tolist()
    [0.05, 1.0]

    Source: sections 2 and 4; Waudby-Smith & Ramdas 2024.
    """
    largest = w_max(min_probability)
    if not weigh:
        return np.ones(sum(1 for _ in chosen))
    return np.array([weight(*one, min_probability).value / largest for one in chosen], np.float64)


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
            found = intervals.confidence_sequence(hits, misses, 1 - level)
            return Reading(recall, found, Method.SEQUENCE, effective)
        return Reading(recall, intervals.interval(hits, misses, level), Method.ONE_LOOK, effective)
    b1, b0 = largest or (w_max(min_probability),) * 2
    pair = _two_weights(weighed, b1, b0, miss_weights)
    if pair is not None:
        found = intervals.odds_shift(weighed.hits.n, weighed.misses.n, *pair, level)
        return Reading(recall, found, Method.ODDS_SHIFT, effective)
    found = intervals.gamma_mover(weighed.hits.possible(b1), weighed.misses.possible(b0), level)
    return Reading(recall, found, Method.GAMMA_MOVER, effective)


def effective_n(weighed: Weighed) -> float:
    """As how many equally weighted labels the cell's labels count: shown, never computed on.

    `(sum w)^2 / sum w^2`; the number of labels while not weighted. Costs: see `intervals.effective_n`.

    >>> effective_n(Weighed(Sums({1.0: 30}), Sums({1.0: 8}), {Design.UNKNOWN: 38}))
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
