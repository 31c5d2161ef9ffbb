"""Cells and models, read as they were last saved and saved again."""

from collections.abc import Iterable, Mapping, Sequence

from typing_extensions import override

from connectors.sql.counters import count_up
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.rows import CELL, MODEL, cell_row, cell_state, model_row, model_state
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.incidents.ports import cells as ports

CELLS_CHANGED = "cells changed"
"""The counter of how often cells were changed, for whoever keeps them in memory."""
AT_ONCE = 2_000  # rows in memory
SELECT = f"SELECT id, model_id, intent, slice, {', '.join(CELL)} FROM cell"


class CellStates(ports.CellStates):
    """The rows of cells and models within a transaction; what has not changed is not written."""

    def __init__(self, sql: Dialect) -> None:
        self._sql = sql
        self._models: dict[int, Model] = {}
        self._model_ids: dict[Model, int] = {}
        self._cell_ids: dict[Cell, int] = {}
        self._members: dict[Cell, tuple[str, ...]] = {}
        self._saved: dict[Cell, int] = {}  # of each row a hash: the rows themselves are large
        self._saved_models: dict[Model, tuple[object, ...]] = {}
        for model_id, *names in sql.rows("SELECT id, name, version, environment FROM model"):
            self._models[model_id] = Model(*names)
            self._model_ids[self._models[model_id]] = model_id

    @override
    def cells(self) -> Sequence[CellState]:
        states, last = list[CellState](), 0
        while some := self._states(f"{SELECT} WHERE id > ? ORDER BY id LIMIT {AT_ONCE}", last):
            states += some
            last = self._cell_ids[some[-1].cell]
        return states

    def _states(self, statement: str, *values: object) -> Sequence[CellState]:
        states = []
        for cell_id, model_id, intent, slice_, *row in self._sql.rows(statement, *values):
            cell = Cell(self._models[model_id], intent, slice_)
            self._cell_ids[cell] = cell_id
            self._saved[cell] = hash(tuple(row))
            state = cell_state(cell, row)
            if state.held.members is not None:
                self._members[cell] = state.held.members.intents
            states.append(state)
        return states

    @override
    def note_members(self, cell: Cell, intents: Sequence[str]) -> None:
        self._members[cell] = tuple(intents)

    def _intents(self, cell: Cell) -> tuple[str, ...]:
        """The intents of a cell's outcomes: its own, or a group's members."""
        return (cell.intent,) if cell.group is None else self._members.get(cell, ())

    @override
    def models(self) -> Mapping[Model, ModelState]:
        states = {}
        for model_id, *row in self._sql.rows(f"SELECT id, {', '.join(MODEL)} FROM model"):
            if row[1] is not None:
                model = self._models[model_id]
                self._saved_models[model] = tuple(row)
                states[model] = model_state(row)
        return states

    @override
    def save(self, cells: Iterable[CellState], models: Mapping[Model, ModelState]) -> None:
        changed = []
        for state in cells:
            row = cell_row(state)
            if self._saved.get(state.cell) != hash(row):
                changed.append((*row, self._cell_id(state.cell)))
        self._sql.many(f"UPDATE cell SET {' = ?, '.join(CELL)} = ? WHERE id = ?", changed)
        if changed:
            count_up(self._sql, CELLS_CHANGED, 1)
        for model, known in models.items():
            row = model_row(known)
            if self._saved_models.get(model) != row:
                self._sql.run(
                    f"UPDATE model SET {' = ?, '.join(MODEL)} = ? WHERE id = ?", *row, self._model_ids[model]
                )
                self._saved_models[model] = row

    def _cell_id(self, cell: Cell) -> int:
        if cell not in self._cell_ids:
            columns = ("model_id", "intent", "slice", *CELL)
            self._cell_ids[cell] = self._sql.row(
                f"INSERT INTO cell ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) RETURNING id",
                self._model_ids[cell.model],
                cell.intent,
                cell.slice_text,
                *cell_row(CellState(cell)),
            )[0]
        return self._cell_ids[cell]
