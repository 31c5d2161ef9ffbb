"""Hits, misses and where the misses went, per cell; a corrected label is counted out again."""

from collections.abc import Iterable

import msgspec

from monitor.domain.cells import Cell
from monitor.domain.events import Outcome


class Tally(msgspec.Struct):
    """The outcomes of one cell, counted.

    `misses_to` counts the misses by the intent the model predicted instead.
    """

    hits: int = 0
    misses_to: dict[str, int] = {}

    @property
    def misses(self) -> int:
        """Outcomes on which the model said something else."""
        return sum(self.misses_to.values())

    @property
    def support(self) -> int:
        """Outcomes whose label is this intent."""
        return self.hits + self.misses

    @property
    def recall(self) -> float | None:
        """Hits over support; None without outcomes, never 0 or 1 by default."""
        return self.hits / self.support if self.support else None

    def count(self, predicted: str, intent: str, by: int = 1) -> None:
        """Count one outcome in, or out again with `by` -1."""
        if predicted == intent:
            self.hits += by
            return
        left = self.misses_to.get(predicted, 0) + by
        if left:
            self.misses_to[predicted] = left
        else:
            self.misses_to.pop(predicted, None)


def cells_of(outcome: Outcome, slice_names: Iterable[str]) -> list[Cell]:
    """The cells an outcome counts for: its intent, and its intent within each configured slice it has."""
    whole = Cell(outcome.model, outcome.intent)
    return [
        whole,
        *(
            Cell(outcome.model, outcome.intent, f"{name}={outcome.slices[name]}")
            for name in slice_names
            if name in outcome.slices
        ),
    ]
