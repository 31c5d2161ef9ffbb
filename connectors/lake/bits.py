"""Outcomes in, each cell's past as bits out: the engine puts them in order, and what travels is bytes an outcome."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from connectors.lake.outcomes import Lake
from connectors.lake.tallies import MODEL, by_slice, counted
from monitor.domain.backtest.past_bits import DESIGNS, PastBits, packed
from monitor.domain.slices.cells import Cell

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from numpy.typing import NDArray


class WantedCell(NamedTuple):
    """A cell, and the intents whose outcomes count for it: its own, or a group's members."""

    cell: Cell
    intents: Sequence[str]


class BitColumns(NamedTuple):
    """What is asked of each outcome beside hit or miss, and when it was known."""

    chosen: bool = False
    customers: bool = False
    agreed: bool = False


def cell_bits(lake: Lake, cells: Sequence[WantedCell], wanted: BitColumns) -> Iterator[tuple[Cell, PastBits]]:
    """The past of each of these cells that has any outcome. One pass of the engine; a cell at a time is held here."""
    if not cells:
        return
    names = sorted({each.cell.slice.name for each in cells if each.cell.slice is not None})
    members = [(number, intent) for number, each in enumerate(cells) for intent in each.intents]
    rows = _in_order(lake, by_slice(counted(lake.outcomes), names), cells, members, wanted)
    number_of = np.array([number for number, _ in members], np.int32)
    held: list[dict[str, NDArray[Any]]] = []
    current = -1
    for batch in lake.engine.fetched(rows):
        columns = _arrays(batch)
        cell_of = number_of[columns["member"]]
        edges = [0, *(np.flatnonzero(np.diff(cell_of)) + 1).tolist(), len(cell_of)]
        for begin, end in pairwise(edges):
            if begin == end:
                continue
            if cell_of[begin] != current and held:
                yield cells[current].cell, _bits(held, members, grouped=len(cells[current].intents) > 1)
                held = []
            current = int(cell_of[begin])
            held.append({name: values[begin:end] for name, values in columns.items()})
    if held:
        yield cells[current].cell, _bits(held, members, grouped=len(cells[current].intents) > 1)


def _in_order(
    lake: Lake,
    outcomes: "ir.Table",
    cells: Sequence[WantedCell],
    members: Sequence[tuple[int, str]],
    wanted: BitColumns,
) -> "ir.Table":
    """A row an outcome of a cell, as narrow as can be, cell by cell in the order of completion."""
    import ibis
    import pyarrow as pa

    asked = pa.table(
        {
            "member": pa.array(range(len(members)), pa.int32()),
            "cell_number": pa.array([number for number, _ in members], pa.int32()),
            "model": [cells[number].cell.model.name for number, _ in members],
            "version": [cells[number].cell.model.version for number, _ in members],
            "environment": [cells[number].cell.model.environment for number, _ in members],
            "intent": [intent for _, intent in members],
            "slice": [cells[number].cell.slice_text for number, _ in members],
        }
    )
    rows = outcomes.inner_join(lake.engine.given(asked), [*MODEL, "intent", "slice"])
    columns = {
        "member": rows.member,
        "hit": rows.predicted == rows.intent,
        "known_us": ibis.greatest(rows.ts_us, rows.labeled_at_us),
    }
    if wanted.chosen:
        design = ibis.cases(
            *((rows.design == name.value, ibis.literal(place, "int8")) for place, name in enumerate(DESIGNS))
        )
        columns |= {"design": design, "probability": rows.probability}
    if wanted.customers:
        columns["customer"] = rows.customer.fill_null(-1)
    if wanted.agreed:
        columns["agreed"] = rows.agreed
    order = [rows.cell_number, rows.seq.asc(nulls_first=False), rows.completed, rows.prediction_id]
    return rows.order_by(order).select(**columns)


def _arrays(batch: "pa.RecordBatch") -> "dict[str, NDArray[Any]]":
    """Its columns; a probability that is not there is NaN."""
    return {name: batch.column(name).to_numpy(zero_copy_only=False) for name in batch.schema.names}


def _bits(
    held: Sequence[dict[str, "NDArray[Any]"]], members: Sequence[tuple[int, str]], *, grouped: bool
) -> PastBits:
    columns = {name: np.concatenate([part[name] for part in held]) for name in held[0]}
    agreed, design = columns.get("agreed"), columns.get("design")
    return PastBits(
        packed(columns["hit"].astype(np.bool_)),
        columns["known_us"].astype(np.int64),
        None if design is None else design.astype(np.int8),
        None if design is None else columns["probability"].astype(np.float64),
        columns["member"].astype(np.int32) if grouped else None,
        [intent for _, intent in members] if grouped else (),
        columns.get("customer"),
        None if agreed is None else packed(agreed.astype(np.bool_)),
    )
