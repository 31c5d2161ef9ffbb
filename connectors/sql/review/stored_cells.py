"""The cells as they are stored, read again only where something of them has changed.

Of thousands of cells an evaluation changes few, and between two evaluations none changes: whoever changes cells or
promises counts that up in the same transaction, and by those counts it is known that nothing has to be read. Where
something has, what was decoded of a row, and worked out of it, is kept for as long as that very row stays the same.
"""

import threading
from collections.abc import Sequence
from typing import Any

from connectors.sql.anchors import PROMISES_CHANGED, read_active_anchors
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.cells import CELLS_CHANGED
from connectors.sql.evaluate.rows import CELL, cell_state
from monitor.domain.events.types import Model
from monitor.domain.incidents.group_facts import promise_of_group
from monitor.domain.judging.state import CellState, SettledState
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus

_COLUMNS = ", ".join(f"c.{column}" for column in CELL)
# The last two are for an agent of before the counts, beside which a room may run for a while.
_COUNTED = ", ".join(
    [
        *(f"(SELECT value FROM counter WHERE name = '{name}')" for name in (CELLS_CHANGED, PROMISES_CHANGED)),
        "(SELECT value FROM counter WHERE name = 'judged_at_us')",
        "(SELECT max(id) FROM activation)",
    ]
)
_Row = tuple[Any, ...]


class StoredCells:
    """May be asked from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: _Row | None = None
        self._statuses: list[CellStatus] = []
        self._rows: dict[int, tuple[_Row, CellState]] = {}

    def read(self, sql: Dialect) -> Sequence[CellStatus]:
        """Every cell, by model, intent and slice."""
        counted = tuple(sql.row(f"SELECT {_COUNTED}"))
        with self._lock:  # who comes at the same time waits for the same work
            if self._counted == counted:
                return self._statuses
            self._rows = {row[0]: _as_before(row, self._rows.get(row[0])) for row in _stored(sql)}
            self._statuses = _promised(sql, [state for _, state in self._rows.values()])
            self._counted = counted
            return self._statuses


def _stored(sql: Dialect) -> Sequence[_Row]:
    rows = sql.rows(
        f"SELECT c.id, m.name, m.version, m.environment, c.intent, c.slice, {_COLUMNS}"
        " FROM cell c JOIN model m ON m.id = c.model_id"
    )
    return list(map(tuple, rows))


def _as_before(row: _Row, known: tuple[_Row, CellState] | None) -> tuple[_Row, CellState]:
    if known is not None and known[0] == row:
        return known
    _, name, version, environment, intent, slice_text, *parts = row
    state = cell_state(Cell(Model(name, version, environment), intent, slice_text), parts)
    return row, SettledState.of(state)


def _promised(sql: Dialect, states: Sequence[CellState]) -> list[CellStatus]:
    anchors = read_active_anchors(sql)
    statuses = []
    for state in states:
        cell, anchor = state.cell, anchors.get(state.cell.model)
        if cell.group is None:
            promise = (
                anchor.promise(cell.intent, cell.slice) or anchor.promise(cell.intent) if anchor else None
            )
            statuses.append(CellStatus(state, promise))
        elif state.held.members is not None:  # else there is no such group any more
            statuses.append(CellStatus(state, promise_of_group(state)))
    return sorted(statuses, key=_groups_first)


def _groups_first(status: CellStatus) -> tuple[Model, bool, Cell]:
    """By model; its groups before its intents."""
    cell = status.state.cell
    return cell.model, cell.group is None, cell
