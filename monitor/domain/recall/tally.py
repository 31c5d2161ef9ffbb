"""Hits, misses and where the misses went, per cell; a corrected label is counted out again."""

import msgspec

from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import Design
from monitor.domain.recall.weights import Weighed
from monitor.domain.slices.cells import OTHER

MOST_NAMES = 1_000


class Tally(msgspec.Struct):
    """The outcomes of one cell, counted.

    `misses_to` counts the misses by the intent the model predicted instead, or by `NO_ANSWER`. `weighed` holds the
    same outcomes by how many predictions each of them stands for.
    """

    hits: int = 0
    misses_to: dict[str, int] = {}
    weighed: Weighed = msgspec.field(default_factory=Weighed)

    @property
    def misses(self) -> int:
        """Outcomes on which the model said something else."""
        return sum(self.misses_to.values())

    @property
    def unanswered(self) -> int:
        """Misses on which the model gave no answer."""
        return self.misses_to.get(NO_ANSWER, 0)

    @property
    def support(self) -> int:
        """Outcomes whose label is this intent."""
        return self.hits + self.misses

    @property
    def recall(self) -> float | None:
        """Hits over support; None without outcomes, never 0 or 1 by default. Weights do not count here."""
        return self.hits / self.support if self.support else None

    def count(
        self,
        predicted: str,
        intent: str,
        by: int = 1,
        design: Design = Design.UNKNOWN,
        probability: float | None = None,
        min_probability: float = 0.01,
    ) -> None:
        """Count outcomes in, or out again with a negative `by`.

        Beyond 1,000 names misses share one; no answer is no name.
        """
        self.weighed.count(predicted == intent, design, probability, min_probability, by)
        if predicted == intent:
            self.hits += by
            return
        full = by < 0 or len(self.misses_to) >= MOST_NAMES
        if full and predicted not in self.misses_to and predicted != NO_ANSWER:
            predicted = OTHER
        left = self.misses_to.get(predicted, 0) + by
        if left:
            self.misses_to[predicted] = left
        else:
            self.misses_to.pop(predicted, None)
