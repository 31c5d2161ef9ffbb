"""Outcomes and anchor examples of one intent, for an incident's analysis."""

import msgspec
from sqlalchemy import Engine

from connectors.anchor_store import read_active_anchors
from connectors.database import reading
from connectors.dialect import Dialect
from monitor.domain.cells import Cell
from monitor.ports import Seen

_slices = msgspec.json.Decoder(dict[str, str])


class AnalysisStore:
    """The `monitor.ports.AnalysisStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def outcomes(self, cell: Cell, since: int) -> list[Seen]:
        """The cell's labelled tickets from outcome `since` on, in their order."""
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT o.slices, o.predicted FROM outcome o JOIN model m ON m.id = o.model_id"
                " WHERE m.name = ? AND m.version = ? AND m.environment = ? AND o.intent = ? AND o.seq >= ?"
                " ORDER BY o.seq",
                cell.model.name,
                cell.model.version,
                cell.model.environment,
                cell.intent,
                since,
            )
        return _within(cell, [Seen(_decoded(slices), said != cell.intent) for slices, said in rows])

    def examples(self, cell: Cell) -> list[Seen]:
        """The examples of its intent behind the active anchor; none where only numbers were imported."""
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            anchor = read_active_anchors(sql).get(cell.model)
            if anchor is None:
                return []
            rows = sql.rows(
                "SELECT slices, y_pred FROM example WHERE anchor_id = ? AND y_true = ? ORDER BY number",
                anchor.id,
                cell.intent,
            )
        return _within(cell, [Seen(_decoded(slices), said != cell.intent) for slices, said in rows])


def _decoded(slices: str | None) -> dict[str, str]:
    return _slices.decode(slices) if slices else {}


def _within(cell: Cell, seen: list[Seen]) -> list[Seen]:
    name, _, value = cell.slice.partition("=")
    return [one for one in seen if not name or one.attributes.get(name) == value]
