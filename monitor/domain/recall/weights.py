"""How labelled outcomes were chosen comes in; how much each counts, and their sums, go out.

A cell is *weighted* from its first label of design by_prediction or by_score on, and while it has one, or where its
uniform labels state different chances. Until then every label counts 1: a constant weight cancels from recall.
"""

from collections.abc import Collection
from typing import NamedTuple

import msgspec

from monitor.domain.events.types import Design
from monitor.domain.recall.chances import sample_of, stated_design, weight
from monitor.domain.recall.intervals import Weights, effective_n
from monitor.domain.recall.scales import Sampled, Samples, divided, refused, share
from monitor.domain.recall.sums import Sums


class LabelledSample(msgspec.Struct, omit_defaults=True):
    """The labels of one design in a cell."""

    hits: Sums = msgspec.field(default_factory=Sums)
    misses: Sums = msgspec.field(default_factory=Sums)
    clipped: int = 0

    @property
    def sampled(self) -> Sampled:
        """As the bet remembers them."""
        smallest = [side.smallest for side in (self.hits, self.misses) if side.n]
        largest = max(self.hits.largest, self.misses.largest)
        heaviest_hit = self.hits.largest if self.hits.n else 0.0
        return Sampled(
            self.hits.n, self.misses.n, self.clipped, min(smallest, default=0.0), largest, heaviest_hit
        )

    @property
    def alike(self) -> bool:
        """Whether all of them count alike, to a tenth."""
        hits, misses = self.hits, self.misses
        if not hits.others and not misses.others and len({*hits.counts, *misses.counts}) == 1:
            return True  # of one weight, as nearly always
        return self.sampled.alike

    def add(self, other: "LabelledSample") -> None:
        """Take another's labels in."""
        self.hits.add(other.hits)
        self.misses.add(other.misses)
        self.clipped += other.clipped


class AlikeLabels(NamedTuple):
    """Labels that count alike: `weight` of recall each, `share` of a stake on a fall each, and how many they are."""

    weight: float
    share: float
    n: int


class Weighed(msgspec.Struct, omit_defaults=True):
    """A cell's outcomes with their weights: what a tally carries beside its counts. Mergeable, revertible.

    `parts` holds the same labels by the sample they are of; it is empty in what an earlier version stored.
    """

    hits: Sums = msgspec.field(default_factory=Sums)
    misses: Sums = msgspec.field(default_factory=Sums)
    designs: dict[Design, int] = {}
    clipped: int = 0
    parts: dict[Design, LabelledSample] = {}

    @property
    def weighted(self) -> bool:
        """Whether weights count in this cell."""
        return weighted(self.designs) or self.uneven

    @property
    def uneven(self) -> bool:
        """Whether labels that call themselves uniform state different chances (by more than a tenth)."""
        uniform = self.parts.get(Design.UNIFORM)
        return uniform is not None and not uniform.alike

    @property
    def refused(self) -> int:
        """How many labels are of a design whose weights are clipped too often to bet on them."""
        if not any(part.clipped for part in self.parts.values()):
            return 0
        return sum(seen.n for design, seen in self.samples.items() if refused(design, seen))

    @property
    def sorted_out(self) -> bool:
        """Whether every label is in one of the `parts`, or none needs to be."""
        known = sum(part.hits.n + part.misses.n for part in self.parts.values())
        return known == self.hits.n + self.misses.n or self.designs.keys() <= {Design.UNKNOWN}

    @property
    def samples(self) -> Samples:
        """The designs as the bet remembers them."""
        return {design: seen for design, part in self.parts.items() if (seen := part.sampled).n}

    @property
    def several(self) -> bool:
        """Whether more than one design sampled the cell's tickets, so that each is counted by its own scale."""
        if len(self.parts) < 2 or not self.weighted or not self.sorted_out:
            return False
        samples = self.samples
        return len(samples) > 1 and not divided(samples)

    def sides(self, largest_hit: float, largest_miss: float) -> tuple[Weights, Weights]:
        """The labelled hits and misses as they count: by their weights, or 1 each while not weighted.

        The largest are those that a weighted hit and a weighted miss could have had. Of several designs each label
        counts its share of the heaviest of its own, as each of them samples all tickets.
        """
        if self.several:
            return self._scaled(largest_hit, hit=True), self._scaled(largest_miss, hit=False)
        return self.tickets(largest_hit, largest_miss)

    def tickets(self, largest_hit: float, largest_miss: float) -> tuple[Weights, Weights]:
        """The same in the tickets that they stand for, whatever the designs."""
        if self.weighted:
            return self.hits.possible(largest_hit), self.misses.possible(largest_miss)
        hits, misses = self.hits.n, self.misses.n
        return Weights(hits, hits, 1.0), Weights(misses, misses, 1.0)

    def kinds(self, possible: float, *, hit: bool, one_class: bool = True) -> list[AlikeLabels]:
        """The labelled hits, or misses, by how they count; `possible` is w_max, `one_class` as in `bet_weights`."""
        if not self.weighted:
            n = self.hits.n if hit else self.misses.n
            return [AlikeLabels(1.0, 1.0, n)] if n else []
        if not self.sorted_out:
            sums = self.hits if hit else self.misses
            return [AlikeLabels(value, value / possible, n) for value, n in sums.kinds.items()]
        samples, kinds, several = self.samples, list[AlikeLabels](), self.several
        common = divided(samples)
        for design, seen in samples.items():
            part = self.parts[design]
            for value, n in (part.hits if hit else part.misses).kinds.items():
                moved = share(
                    design, seen, value, possible, common=common, one_class=one_class, uneven=self.uneven
                )
                kinds.append(AlikeLabels(value / (seen.largest if several else 1.0), moved.bold, n))
        return kinds

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
        sample = sample_of(design, probability)
        part = self.parts.setdefault(sample, LabelledSample())
        (part.hits if hit else part.misses).count(value, by)
        part.clipped += by if clipped else 0
        if not part.hits.n and not part.misses.n:
            del self.parts[sample]

    def add(self, other: "Weighed") -> None:
        """Take another part of the same cell in."""
        self.hits.add(other.hits)
        self.misses.add(other.misses)
        for design, n in other.designs.items():
            self.designs[design] = self.designs.get(design, 0) + n
        self.clipped += other.clipped
        for design, part in other.parts.items():
            self.parts.setdefault(design, LabelledSample()).add(part)

    def _scaled(self, largest: float, *, hit: bool) -> Weights:
        """One side of several designs: each label counts its share of the heaviest of its design."""
        total = squares = 0.0
        possible = 1.0
        for design, seen in self.samples.items():
            sums = self.parts[design].hits if hit else self.parts[design].misses
            total += sums.total / seen.largest
            squares += sums.squares / seen.largest**2
            if design in (Design.BY_PREDICTION, Design.BY_SCORE):
                possible = max(possible, largest / seen.largest)
        return Weights(total, squares, possible)


def weighted(designs: Collection[Design]) -> bool:
    """Whether the labels of a cell, of these designs, must be weighted.

    True with the first label chosen by_prediction or by_score. Uniform and unknown labels, also mixed, count 1
    each: of one constant pi it cancels. Costs: when the answer changes, the cell's bet must be rebuilt.

    >>> weighted([Design.UNIFORM, Design.UNKNOWN]), weighted([Design.UNIFORM, Design.BY_SCORE])
    (False, True)

    Source: section 4.
    """
    return Design.BY_PREDICTION in designs or Design.BY_SCORE in designs
