"""Labels of all weights added up, such that each can be counted out again."""

from math import fsum

import msgspec

from monitor.domain.recall.intervals import Weights

DISTINCT = 32  # weights counted one by one: a design by predicted class has two, one by score any number


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

    @property
    def smallest(self) -> float:
        """The smallest weight among the first 32, 0 without labels."""
        return min(self.counts, default=0.0)

    @property
    def kinds(self) -> dict[float, int]:
        """How many labels of each weight; those beyond the first 32 weights at their mean."""
        if not self.others:
            return self.counts
        mean = self.others_total / self.others
        return {**self.counts, mean: self.counts.get(mean, 0) + self.others}

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
