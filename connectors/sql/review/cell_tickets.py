"""The labelled tickets of one cell as columns; of what no curve needs nothing is read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from connectors.sql.dialect import Dialect, Row
from connectors.sql.group_members import counted_intents
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.analysis.ticket_columns import Chosen, TicketColumns
from monitor.domain.events.types import Design
from monitor.domain.slices.cells import Cell
from monitor.review.ports.analyses import CellTickets

_COLUMNS = (
    "o.seq, o.ts_us, o.labeled_at_us, CASE WHEN o.predicted = o.intent THEN 1 ELSE 0 END,"
    " o.design, o.probability, o.agreed"
)


class NewestOutcomes(NamedTuple):
    """The newest outcomes of a cell, in their order, and how many hits and misses are older."""

    rows: Sequence[Row]
    older_hits: int
    older_misses: int


def newest_outcomes(
    sql: Dialect, cell: Cell, intents: Sequence[str], most: int, columns: str, beside: str = ""
) -> NewestOutcomes:
    """So many at `most`; of each these columns of the outcome `o`, its `seq` first, and of what is joined `beside`."""
    which, value = counted_intents(sql, cell, members=intents)
    where, values = f"model_id = {OF_MODEL} AND {which}", [*names_of(cell.model), value]
    if cell.slice is not None:
        # As it is stored: no name or value can hold such a pair, whose quotes would have a backslash before them.
        where += " AND strpos(slices, ?) > 0" if sql.postgresql else " AND instr(slices, ?) > 0"
        values.append(msgspec.json.encode({cell.slice.name: cell.slice.value}).decode()[1:-1])
    rows = sql.tuples(
        f"SELECT {columns} FROM (SELECT * FROM outcome WHERE {where} ORDER BY seq DESC LIMIT {most}) AS o{beside}"
        " ORDER BY o.seq",
        *values,
    )
    if len(rows) < most:
        return NewestOutcomes(rows, 0, 0)
    older = dict[int, int](
        map(
            tuple,
            sql.rows(
                "SELECT CASE WHEN predicted = intent THEN 1 ELSE 0 END AS hit, count(*) FROM outcome"
                f" WHERE {where} AND seq < ? GROUP BY hit",
                *values,
                rows[0][0],
            ),
        )
    )
    return NewestOutcomes(rows, older.get(1, 0), older.get(0, 0))


def cell_tickets(sql: Dialect, cell: Cell, intents: Sequence[str], most: int) -> CellTickets:
    """The newest so many as columns, and how many hits and misses are older."""
    newest = newest_outcomes(sql, cell, intents, most, _COLUMNS)
    return CellTickets(_columns(newest.rows), newest.older_hits, newest.older_misses)


def _columns(rows: Sequence[Row]) -> TicketColumns:
    kinds: dict[tuple[str, float | None], int] = {}
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * 7
    seq, ts_us, labeled_at_us, hit, designs, probabilities, agreed = columns
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
