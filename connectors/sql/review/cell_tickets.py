"""The labelled tickets of one cell as columns; of what no curve needs nothing is read."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from connectors.sql.dialect import Dialect, Row
from connectors.sql.group_members import counted_intents
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.analysis.ticket_columns import Chosen, TicketColumns
from monitor.domain.events.types import Design
from monitor.domain.slices.cells import Cell, Slice
from monitor.review.ports.analyses import CellTickets

_slices = msgspec.json.Decoder(dict[str, str])
_COLUMNS = (
    "seq, ts_us, labeled_at_us, CASE WHEN predicted = intent THEN 1 ELSE 0 END,"
    " design, probability, agreed, slices"
)


def cell_tickets(sql: Dialect, cell: Cell, intents: Sequence[str], most: int) -> CellTickets:
    """The newest so many, and how many hits and misses are older."""
    which, value = counted_intents(sql, cell, members=intents)
    where, values = f"model_id = {OF_MODEL} AND {which}", (*names_of(cell.model), value)
    newest = f" ORDER BY seq DESC LIMIT {most}"
    if cell.slice is None:
        rows = sql.rows(f"SELECT {_COLUMNS} FROM outcome WHERE {where}{newest}", *values)
        return CellTickets(_columns(rows[::-1]), *_older(sql, where, values, rows, most))
    within, part = _within(sql, cell.slice)
    rows = sql.rows(f"SELECT {_COLUMNS} FROM outcome WHERE {where}{within} ORDER BY seq DESC", *values, part)
    ours = _holding(cell, rows)
    older = [bool(row[3]) for row in ours[most:]]
    return CellTickets(_columns(ours[:most][::-1]), sum(older), len(older) - sum(older))


def _older(
    sql: Dialect, where: str, values: Sequence[object], rows: Sequence[Row], most: int
) -> tuple[int, int]:
    """Hits and misses from before the first of the rows; the index of cells holds all that is asked."""
    if len(rows) < most:
        return 0, 0
    counts = {
        bool(hit): int(count)
        for hit, count in sql.rows(
            f"SELECT CASE WHEN predicted = intent THEN 1 ELSE 0 END AS hit, count(*) FROM outcome WHERE {where}"
            " AND seq < ? GROUP BY hit",
            *values,
            rows[-1][0],
        )
    }
    return counts.get(True, 0), counts.get(False, 0)


def _within(sql: Dialect, of: Slice) -> tuple[str, str]:
    """A condition that every ticket of a slice meets, and few others do: its pair stands in what is stored."""
    pair = msgspec.json.encode({of.name: of.value}).decode()[1:-1]
    return " AND strpos(slices, ?) > 0" if sql.postgresql else " AND instr(slices, ?) > 0", pair


def _holding(cell: Cell, rows: Sequence[Row]) -> list[Row]:
    """The rows whose ticket is in the cell; the same slices stand in many of them."""
    known: dict[str | None, bool] = {}
    ours = []
    for row in rows:
        stored = row[-1]
        if stored not in known:
            known[stored] = cell.holds(_slices.decode(stored) if stored else {})
        if known[stored]:
            ours.append(row)
    return ours


def _columns(rows: Sequence[Row]) -> TicketColumns:
    kinds: dict[tuple[str, float | None], int] = {}
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * 8
    seq, ts_us, labeled_at_us, hit, designs, probabilities, agreed, _ = columns
    chosen = [kinds.setdefault(kind, len(kinds)) for kind in zip(designs, probabilities, strict=True)]
    made = np.array(ts_us, np.int64)
    return TicketColumns(
        np.array(seq, np.int64),
        made,
        np.maximum(made, np.array(labeled_at_us, np.int64)),
        np.array(hit, np.bool_),
        np.array(chosen, np.int64),
        np.array([bool(each) for each in agreed], np.bool_),
        [_chosen(*kind) for kind in kinds],
    )


def _chosen(design: str, probability: float | None) -> Chosen:
    return Design(design), probability
