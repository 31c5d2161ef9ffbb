"""How labelled outcomes were chosen comes in; how much each counts, and their sums, go out.

A cell is *weighted* from its first label of design by_prediction or by_score on, and while it has one. Until
then every label counts 1: a constant weight cancels from recall, and u = 1 keeps the detector quick.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import NamedTuple

import msgspec
import numpy as np

from monitor.domain.events.types import Design
from monitor.domain.recall.intervals import FloatArray, Weights, effective_n

DISTINCT = 32  # weights counted one by one: a design by predicted class has two, one by score any number


class Weight(NamedTuple):
    """What one labelled outcome counts, and whether its `pi` was below the configured smallest."""

    value: float
    clipped: bool = False


class Sums(msgspec.Struct, omit_defaults=True):
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


class Weighed(msgspec.Struct, omit_defaults=True):
    """A cell's outcomes with their weights: what a tally carries beside its counts. Mergeable, revertible."""

    hits: Sums = msgspec.field(default_factory=Sums)
    misses: Sums = msgspec.field(default_factory=Sums)
    designs: dict[Design, int] = {}
    clipped: int = 0

    @property
    def weighted(self) -> bool:
        """Whether weights count in this cell."""
        return weighted(self.designs)

    def sides(self, largest_hit: float, largest_miss: float) -> tuple[Weights, Weights]:
        """The labelled hits and misses as they count: by their weights, or 1 each while not weighted.

        The largest are those that a weighted hit and a weighted miss could have had.
        """
        if self.weighted:
            return self.hits.possible(largest_hit), self.misses.possible(largest_miss)
        hits, misses = self.hits.n, self.misses.n
        return Weights(hits, hits, 1.0), Weights(misses, misses, 1.0)

    @property
    def recall(self) -> float | None:
        """The recall that the labels show; None without any.

        `R = T1/(T1 + T0)`, the summed weights of labelled hits and misses; plain counts while not weighted.
        Costs: as many labels as `effective_n` says. Source: section 4; Hajek 1971 (a ratio of weighted totals).

        >>> cell = Weighed()
        >>> cell.count(True, Design.BY_PREDICTION, 0.4, 0.01, by=40)
        >>> cell.count(False, Design.BY_PREDICTION, 0.02, 0.01, by=6)
        >>> cell.recall
        0.25
        """
        hits, misses = self.sides(0.0, 0.0)
        total = hits.total + misses.total
        return hits.total / total if total else None

    @property
    def effective_n(self) -> float:
        """As how many equally weighted labels these count: all of them while not weighted.

        >>> cell = Weighed()
        >>> cell.count(True, Design.UNKNOWN, None, 0.01, by=38)
        >>> cell.effective_n
        38.0

        Source: `intervals.effective_n`.
        """
        hits, misses = self.sides(0.0, 0.0)
        return effective_n(hits.total + misses.total, hits.squares + misses.squares)

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
    chosen: Sequence[tuple[Design, float | None]], min_probability: float, weigh: bool
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
        return np.ones(len(chosen))
    return np.array([weight(*choice, min_probability).value / largest for choice in chosen], np.float64)
