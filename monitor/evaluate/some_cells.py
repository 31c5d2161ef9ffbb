"""A round that has read some of the cells; the others are as they were saved, and are read where they are asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial

from typing_extensions import override

from monitor.domain.anchors.promise import Anchor
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState, HeldTo
from monitor.domain.slices.admission import Admitted
from monitor.domain.slices.cells import Cell
from monitor.evaluate.everything import AllCells
from monitor.evaluate.known import KnownCells
from monitor.evaluate.owners import Owner, owns
from monitor.evaluate.ports import EvaluationTransaction
from monitor.evaluate.round import Round
from monitor.settings.settings import Settings


class SomeCells(Round):
    """What is the same whichever cells it reads. `known` is what the process knows of all; the database agrees."""

    def __init__(
        self,
        transaction: EvaluationTransaction,
        settings: Settings,
        now: datetime,
        people: datetime,
        known: KnownCells,
    ) -> None:
        numbers = transaction.numbers(max(known.numbers.values(), default=0))
        self.known = known.with_new(numbers, known.admitted.with_cells(numbers))
        super().__init__(transaction, settings, now, people)

    @override
    def _held_up(self) -> tuple[Mapping[Model, Anchor], Admitted]:
        return self.known.anchors, self.known.admitted.copy()

    @override
    def _to_be_held(self) -> Sequence[Cell]:
        return ()  # they are there

    @override
    def _all_held(self) -> Mapping[Cell, HeldTo]:
        return {**self._tx.held(), **super()._all_held()}

    @override
    def _add(self, cells: Iterable[Cell]) -> None:
        missing = [cell for cell in cells if cell in self.known.numbers and cell not in self._cells]
        states = self._tx.cells_numbered([self.known.numbers[cell] for cell in missing])
        self._cells.update((state.cell, state) for state in states)
        self._loaded.update((state.cell, state) for state in states)

    def _joined(self) -> list[CellState]:
        """The cells that were not there before this round."""
        return [state for cell, state in self._cells.items() if cell not in self.known.numbers]

    @override
    def _all(self) -> Mapping[Cell, CellState]:
        return self._everything

    @cached_property
    def _everything(self) -> AllCells:
        return AllCells(self._tx, self.known.numbers, self._cells)

    @override
    def _those(self, fits: Callable[[Cell], bool]) -> Mapping[Cell, CellState]:
        return self._everything.those(fits)

    @override
    def _owners(
        self, judged: Mapping[Owner, Mapping[Cell, CellState]]
    ) -> Mapping[Owner, Mapping[Cell, CellState]]:
        owners = sorted(self.known.owners | judged.keys())
        return {owner: self._those(partial(owns, owner)) for owner in owners}

    @override
    def _watched(self) -> Sequence[Cell]:
        return self.known.watched

    @override
    def _blindness_told(self, model: Model) -> datetime | None:
        if model not in self._told:
            self._told[model] = self._tx.blindness_told(model)
        return self._told[model]

    @override
    def _days_taken(self) -> dict[Model, int]:
        return self.known.days_taken

    @override
    def _count(self) -> int:
        return len(self.known.numbers) + len(self._joined())

    @override
    def _known_now(self) -> KnownCells:
        numbers = self._tx.numbers(max(self.known.numbers.values(), default=0))
        return self.known.with_new(numbers, self._admitted)
