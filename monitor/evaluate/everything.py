"""Every cell, of which only those are read that are asked for: the rest is as it was saved."""

from collections.abc import Callable, Iterator, Mapping

from typing_extensions import override

from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports_due import DueCells


class AllCells(Mapping[Cell, CellState]):
    """The cells that `numbers` names, and new ones; those that are `judged` now as they stand at the moment.

    Who goes through all of them has all of them read, once; `fits` says which those are.
    """

    def __init__(
        self, transaction: DueCells, numbers: Mapping[Cell, int], judged: Mapping[Cell, CellState]
    ) -> None:
        self._tx = transaction
        self._numbers = numbers
        self._judged = judged
        self._read: dict[Cell, CellState] = {}
        self._fits: Callable[[Cell], bool] = lambda _: True

    def those(self, fits: Callable[[Cell], bool]) -> "AllCells":
        """Only some of them."""
        some = AllCells(self._tx, self._numbers, self._judged)
        some._read, some._fits = self._read, fits
        return some

    @override
    def __getitem__(self, cell: Cell) -> CellState:
        if cell not in self:
            raise KeyError(cell)
        if cell in self._judged:
            return self._judged[cell]
        if cell not in self._read:
            self._keep([self._numbers[cell]])
        return self._read[cell]

    @override
    def __contains__(self, cell: object) -> bool:
        return isinstance(cell, Cell) and (cell in self._judged or cell in self._numbers) and self._fits(cell)

    @override
    def __iter__(self) -> Iterator[Cell]:
        cells = [cell for cell in self._numbers if self._fits(cell)]
        self._keep(
            [self._numbers[cell] for cell in cells if cell not in self._judged and cell not in self._read]
        )
        yield from cells
        yield from [cell for cell in self._judged if cell not in self._numbers and self._fits(cell)]

    @override
    def __len__(self) -> int:
        new = sum(cell not in self._numbers and self._fits(cell) for cell in self._judged)
        return sum(map(self._fits, self._numbers)) + new

    def _keep(self, numbers: list[int]) -> None:
        self._read |= {state.cell: state for state in self._tx.cells_numbered(numbers)}
