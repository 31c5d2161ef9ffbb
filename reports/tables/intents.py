"""A model's cells in, the table of its intents out: what was promised, what is live, and how near it is to a page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from monitor.domain.anchors.promise import Promise
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.judging.urgency import Urgency, urgency_of
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus
from reports.figures import of_a_page
from reports.render.blocks import Block, Column, TableCell
from reports.render.ordering import order_key
from reports.words.coverage import mood_of, seen_in, verdict_words


def by_model(cells: Sequence[CellStatus]) -> Iterator[tuple[Model, list[CellStatus]]]:
    """Each model version in its environment, with its cells."""
    ranked = sorted(cells, key=lambda status: status.state.cell.model)
    for model, of_model in groupby(ranked, key=lambda status: status.state.cell.model):
        yield model, list(of_model)


Broken = Mapping[Cell, Sequence[CellState]]
"""Slices that are broken or suspected, by their intent, the worst of each first."""


class TablePart(NamedTuple):
    """Which rows of all are laid out: `most` from `first` on, in the order of `column` (backwards with a minus)."""

    first: int
    most: int
    column: str = ""


def intents_block(
    model: Model, cells: Sequence[CellStatus], days: float, broken: Broken = MappingProxyType({})
) -> Block:
    """The table of a model's intents, the watched first and the most urgent first among them.

    `days` are those of labels behind the judgements. Of the slices that are `broken` an intent that is not broken
    itself names the worst.
    """
    return _block(model, sorted(cells, key=_rank), days, broken)


def intents_blocks(
    cells: Sequence[CellStatus], days: Mapping[Model, float], broken: Broken, part: TablePart | None = None
) -> tuple[list[Block], list[CellStatus]]:
    """A table for each model, and the cells that stand in them: those of the `part` of all, where there is one."""
    blocks, shown, before = [], list[CellStatus](), 0
    for model, theirs in by_model(cells):
        ranked = sorted(theirs, key=_rank)
        if part is not None:
            ranked = _in_order(ranked, part.column, days.get(model, 0.0), broken)
            within = range(len(ranked))[max(part.first - before, 0) : max(part.first + part.most - before, 0)]
            before += len(ranked)
            ranked = [ranked[at] for at in within]
        if ranked:
            blocks.append(_block(model, ranked, days.get(model, 0.0), broken))
            shown += ranked
    return blocks, shown


def intents_pages(
    cells: Sequence[CellStatus], days: Mapping[Model, float], broken: Broken, rows: int
) -> Iterator[Block]:
    """The tables of all models, each cut into pieces of so many rows, which have the names of the columns each."""
    for model, theirs in by_model(cells):
        ranked = sorted(theirs, key=_rank)
        for first in range(0, len(ranked), rows):
            block = _block(model, ranked[first : first + rows], days.get(model, 0.0), broken)
            yield block if not first else msgspec.structs.replace(block, heading="")


def _rank(status: CellStatus) -> tuple[bool, Urgency, Cell]:
    state = status.state
    return not state.held.watched, urgency_of(state), state.cell


def _in_order(cells: list[CellStatus], column: str, days: float, broken: Broken) -> list[CellStatus]:
    """By a column of the table; as they are, where it has no such column."""
    name, backwards = column.removeprefix("-"), column.startswith("-")
    made = next((each.cell for each in _COLUMNS if each.column.name == name), None)
    if made is None:
        return cells
    return sorted(cells, key=lambda status: order_key(made(status, days, broken)), reverse=backwards)


def _block(model: Model, ranked: Sequence[CellStatus], days: float, broken: Broken) -> Block:
    rows = [[each.cell(status, days, broken) for each in _COLUMNS] for status in ranked]
    return Block(heading=str(model), columns=[each.column for each in _COLUMNS], rows=rows)


class _Column(NamedTuple):
    column: Column
    cell: Callable[[CellStatus, float, Broken], TableCell]


def _figure(column: Column, words: Callable[[CellState, Promise | None], str]) -> _Column:
    """What of a cell that never pages is quiet."""
    return _Column(column, lambda status, _days, _broken: TableCell(words(*status), _quiet(status.state)))


def _quiet(state: CellState) -> str:
    return "" if state.held.watched else "quiet"


def _intent(status: CellStatus, _days: float, _broken: Broken) -> TableCell:
    state = status.state
    return TableCell(str(state.cell), _quiet(state), leads_to=state.cell)


def _seen_in(status: CellStatus, days: float, _broken: Broken) -> TableCell:
    state, judgement = status.state, status.state.judgement
    unseen = judgement.coverage in (Coverage.BLIND, Coverage.STALE)
    return TableCell(seen_in(judgement, state.unseen_days(days)), "warn" if unseen else _quiet(state))


def _verdict(status: CellStatus, _days: float, broken: Broken) -> TableCell:
    """A cell's verdict; beside one that is not broken its worst slice, where that is."""
    state, judgement = status.state, status.state.judgement
    slices = broken.get(state.cell, ())
    if not slices or judgement.verdict in (Verdict.DEGRADED, Verdict.SUSPECT):
        return TableCell(verdict_words(state), mood_of(state) or _quiet(state))
    worst = slices[0]
    words = f"{verdict_words(state)}, but {worst.judgement.verdict.value} in {worst.cell.slice_text}"
    return TableCell(words, mood_of(worst))


def _offline(_: CellState, promise: Promise | None) -> str:
    return f"{promise.shipped.recall:.2f} of {promise.shipped.support:,}" if promise else "-"


def _real(_: CellState, promise: Promise | None) -> str:
    real = promise.real if promise and promise.real and promise.real.support else None
    return f"{real.recall:.2f} of {real.support:,}" if real else "-"


def _since_release(state: CellState, _: Promise | None) -> str:
    recall = state.labels.reading.recall
    return f"{recall:.2f}" if recall is not None else "-"


def _interval(state: CellState, _: Promise | None) -> str:
    if not state.labels.tally.support:
        return "-"
    reading = state.labels.reading
    low, high = reading.interval
    return f"{low:.2f} to {high:.2f}" + ("" if reading.method.at_all_times else " (at one look)")


_COLUMNS = (
    _Column(Column("intent"), _intent),
    _figure(Column("offline", figures=True, spare=1), _offline),
    _figure(Column("real rows", figures=True, spare=6), _real),
    _figure(
        Column("floor", figures=True, spare=1),
        lambda state, _: f"{state.held.floor:.2f}" if state.held.floor is not None else "-",
    ),
    _figure(Column("since release", figures=True), _since_release),
    _figure(Column("95 % at all times", figures=True, spare=4), _interval),
    _figure(Column("outcomes", figures=True, spare=3), lambda state, _: f"{state.labels.tally.support:,}"),
    _figure(
        Column("of a page", figures=True, spare=2),
        lambda state, _: of_a_page(state.evidence) if state.bet.detector else "-",
    ),
    _figure(
        Column("evidence since release", figures=True, spare=7),
        lambda state, _: _stake(state.bet.detector.since_release) if state.bet.detector else "-",
    ),
    _figure(Column("pages", figures=True, spare=5), lambda state, _: "yes" if state.held.watched else "no"),
    _Column(Column("seen in", figures=True), _seen_in),
    _Column(Column("verdict"), _verdict),
)


def _stake(value: float) -> str:
    if value >= 1e7:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
