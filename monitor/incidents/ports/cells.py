"""What is known of the cells that incidents are about, within an evaluation's transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell


class CellStates(Protocol):
    """What is known of the cells that incidents are about."""

    def cells(self) -> Sequence[CellState]:
        """Every cell seen so far."""
        ...

    def note_members(self, cell: Cell, intents: Sequence[str]) -> None:
        """From now on a group's outcomes are those of these intents."""
        ...

    def models(self) -> Mapping[Model, ModelState]:
        """Every model seen so far."""
        ...

    def save(self, cells: Iterable[CellState], models: Mapping[Model, ModelState]) -> None:
        """Write what is now known of the cells and models."""
        ...


class CellOutcomes(Protocol):
    """The outcomes behind the cells."""

    def evaluated_seq(self) -> int:
        """The last outcome counted by an evaluation; 0 before the first."""
        ...

    def seen_upto(self) -> int:
        """The last outcome that this transaction has looked at, also if it was taken back."""
        ...

    def outcomes_before(self, cell: Cell, seq: int, limit: int) -> Sequence[Outcome]:
        """The last outcomes of a cell's intents before that one, in their order, so many at most."""
        ...

    def cell_outcomes(self, cell: Cell, after: int, upto: int) -> Iterator[Sequence[Outcome]]:
        """A cell's outcomes with after < seq <= upto, in their order, a chunk at a time."""
        ...
