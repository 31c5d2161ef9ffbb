"""The cells as they are stored, read again only where something of them has changed.

Of thousands of cells an evaluation changes few, and between two evaluations none changes: whoever changes cells or
promises counts that up in the same transaction, and by those counts it is known that nothing has to be read. Where
something has, what was decoded of a row is kept for as long as that very row stays the same.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from connectors.sql.anchors import read_active_anchors
from connectors.sql.changes import CHANGES, JUDGED
from connectors.sql.dialect import Dialect, Row
from connectors.sql.evaluate.rows import CELL
from connectors.sql.model_ids import models_by_id
from connectors.sql.review.stored_state import StoredState
from monitor.domain.events.types import Model
from monitor.domain.incidents.group_facts import promise_of_group
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus

_ID = len(CELL)  # the place of a cell's number in its row, behind its columns
_COUNTED = ", ".join([*CHANGES, JUDGED])


class StoredCells:
    """May be asked from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Row | None = None
        self._statuses: list[CellStatus] = []
        self._states: dict[int, StoredState] = {}

    def read(self, sql: Dialect) -> Sequence[CellStatus]:
        """Every cell, by model, intent and slice."""
        counted = tuple(sql.row(f"SELECT {_COUNTED}"))
        with self._lock:  # who comes at the same time waits for the same work
            if self._counted == counted:
                return self._statuses
            models = models_by_id(sql)
            self._states = {row[_ID]: self._as_before(row, models) for row in _stored(sql)}
            self._statuses = _promised(sql, _in_order(self._states.values()))
            self._counted = counted
            return self._statuses

    def _as_before(self, row: Row, models: Mapping[int, Model]) -> StoredState:
        known = self._states.get(row[_ID])
        if known is not None and known.is_of(row):
            return known
        model_id, intent, slice_text = row[_ID + 1 :]
        return StoredState.of(Cell(models[model_id], intent, slice_text), row)


def _stored(sql: Dialect) -> Sequence[Row]:
    return sql.tuples(f"SELECT {', '.join(CELL)}, id, model_id, intent, slice FROM cell")


def _promised(sql: Dialect, states: Sequence[CellState]) -> list[CellStatus]:
    anchors = read_active_anchors(sql)
    statuses = []
    for state in states:
        cell, anchor = state.cell, anchors.get(state.cell.model)
        if cell.group is None:
            promises = anchor.promises if anchor else {}
            promise = promises.get((cell.intent, cell.slice_text)) or promises.get((cell.intent, ""))
            statuses.append(CellStatus(state, promise))
        elif state.held.members is not None:  # else there is no such group any more
            statuses.append(CellStatus(state, promise_of_group(state)))
    return statuses


def _in_order(states: Iterable[StoredState]) -> list[StoredState]:
    """By model; its groups before its intents."""
    of_model: dict[Model, list[StoredState]] = defaultdict(list)
    for state in states:
        of_model[state.cell.model].append(state)
    return [state for model in sorted(of_model) for state in sorted(of_model[model], key=_groups_first)]


def _groups_first(state: StoredState) -> tuple[bool, str, str]:
    cell = state.cell
    return cell.group is None, cell.intent, cell.slice_text
