"""When each cell must be judged again though nothing comes to it, and what the last evaluation rested on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from sys import intern
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sql.changes import CHANGES
from connectors.sql.evaluate.cells import SELECT, CellStates
from connectors.sql.evaluate.rows import HELD, held_to
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Model
from monitor.domain.judging.due import NextLook
from monitor.domain.judging.state import CellState, HeldTo
from monitor.domain.slices.cells import Cell
from monitor.evaluate import ports
from monitor.evaluate.ports import RestedOn

NEVER_US = 2**62
_rested = msgspec.json.Decoder(RestedOn)


class DueCellRows(CellStates, ports.DueCells):
    """The rows of `cell_due` and `rested_on` within a transaction."""

    @override
    def numbers(self, after: int = 0) -> Mapping[Cell, int]:
        # Read from the index alone: the rows are large, and so is what they would leave in the database's cache.
        rows = self._sql.rows(
            "SELECT id, model_id, intent, slice FROM cell" + (f" WHERE id > {after}" if after else "")
        )
        return {
            self._named(model_id, intent, slice_): cell_id
            for cell_id, model_id, intent, slice_ in sorted(rows)
        }

    @override
    def cells_numbered(self, numbers: Collection[int]) -> Sequence[CellState]:
        if not numbers:
            return []
        return self._states(f"{SELECT} WHERE id IN {{ids}} ORDER BY id", self._sql.any_of(numbers))

    @override
    def whole_cells(self) -> Sequence[CellState]:
        return self._states(f"{SELECT} WHERE id IN (SELECT id FROM cell WHERE slice = '') ORDER BY id")

    @override
    def held(self) -> Mapping[Cell, HeldTo]:
        rows = self._sql.rows(f"SELECT model_id, intent, slice, {', '.join(HELD)} FROM cell ORDER BY id")
        return {
            self._named(model_id, intent, slice_): held_to(row) for model_id, intent, slice_, *row in rows
        }

    def _named(self, model_id: int, intent: str, slice_text: str) -> Cell:
        """A cell by its columns; there are few names, in many cells."""
        return Cell(self._models[model_id], intern(intent), intern(slice_text))

    @override
    def due(self, now: datetime) -> Sequence[int]:
        return [
            row[0] for row in self._sql.rows("SELECT cell_id FROM cell_due WHERE due_us <= ?", to_us(now))
        ]

    @override
    def to_be_watched(self, model: Model, outcomes: int) -> Sequence[int]:
        rows = self._sql.rows(
            "SELECT cell_id FROM cell_due WHERE model_id = ? AND watch_at <= ?",
            self._model_ids[model],
            outcomes,
        )
        return [row[0] for row in rows]

    @override
    def blindness_told(self, model: Model) -> datetime | None:
        row = self._sql.row(
            "SELECT max(told_us) FROM cell_due WHERE model_id = ? AND told_us IS NOT NULL",
            self._model_ids[model],
        )
        return from_us(row[0]) if row[0] is not None else None

    @override
    def keep_due(self, due: Mapping[Cell, NextLook], now: datetime) -> None:
        at_us, changed = to_us(now), []
        known = self._known_due([self._cell_ids[cell] for cell in due])
        for cell, again in due.items():
            cell_id = self._cell_ids[cell]
            row = (
                NEVER_US if again.at is None else to_us(again.at),
                again.watched_from,
                to_us(again.told_since) if again.told_since is not None else None,
            )
            before = known.get(cell_id)
            # Earlier than it must be is no harm: what was found to be due before now stays so.
            if before is not None and before[1:] == row[1:] and at_us < before[0] <= row[0]:
                continue
            if before != row:
                changed.append((cell_id, self._model_ids[cell.model], *row))
        self._sql.many(
            "INSERT INTO cell_due (cell_id, model_id, due_us, watch_at, told_us) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (cell_id) DO UPDATE SET due_us = excluded.due_us, watch_at = excluded.watch_at,"
            " told_us = excluded.told_us",
            changed,
        )

    @override
    def rested_on(self) -> RestedOn | None:
        row = self._sql.row("SELECT known FROM rested_on")
        return _rested.decode(row[0]) if row else None

    @override
    def keep_rested_on(self, rested_on: RestedOn | None) -> None:
        if rested_on is None:
            self._sql.run("DELETE FROM rested_on")
            return
        known = msgspec.json.encode(rested_on).decode()
        self._sql.run(
            "INSERT INTO rested_on (id, known) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET known = excluded.known"
            " WHERE rested_on.known <> excluded.known",
            known,
        )

    @override
    def changes(self) -> tuple[int, ...]:
        return tuple(int(value or 0) for value in self._sql.row(f"SELECT {', '.join(CHANGES)}"))

    @override
    def models_as_saved(self) -> Mapping[str, str]:
        return {
            str(self._model_ids[model]): digest(row)
            for model, row in self._saved_models.items()
            if row[1] is not None
        }

    def _known_due(self, ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
        wanted = list(ids)
        if not wanted:
            return {}
        return {
            cell_id: tuple(row)
            for cell_id, *row in self._sql.rows(
                "SELECT cell_id, due_us, watch_at, told_us FROM cell_due WHERE cell_id IN {ids}",
                self._sql.any_of(wanted),
            )
        }


def digest(row: Iterable[object]) -> str:
    """What stands for a row: the same for a row that was written, and as either database gives it back."""
    plain = [int(value) if isinstance(value, bool) else value for value in row]
    return blake2b(msgspec.json.encode(plain), digest_size=8).hexdigest()
