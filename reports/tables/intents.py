"""A model's cells in, the table of its intents out: what was promised, what is live, and how near it is to a page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from monitor.domain.anchors.promise import Promise
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.judging.urgency import urgency
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus
from reports.figures import of_a_page
from reports.render.blocks import Block, Column, TableCell
from reports.words.coverage import mood, seen_in


def by_model(cells: Sequence[CellStatus]) -> Iterator[tuple[Model, list[CellStatus]]]:
    """Each model version in its environment, with its cells."""
    ranked = sorted(cells, key=lambda status: status.state.cell.model)
    for model, of_model in groupby(ranked, key=lambda status: status.state.cell.model):
        yield model, list(of_model)


def intents_block(
    model: Model,
    cells: Sequence[CellStatus],
    days: float,
    broken: Mapping[Cell, Sequence[CellState]] = MappingProxyType({}),
) -> Block:
    """The table of a model's intents, the watched first and the most urgent first among them.

    `days` are those of labels behind the judgements. Of the slices that are `broken`, by their intent, an intent that
    is not broken itself names the worst.
    """
    figures = _COLUMNS
    ranked = sorted(
        cells,
        key=lambda status: (
            not status.state.held.watched,
            urgency(status.state.judgement, status.state.evidence),
            status.state.cell,
        ),
    )
    rows = []
    for state, promise in ranked:
        quiet, judgement = "" if state.held.watched else "quiet", state.judgement
        row = [TableCell(figure.words(state, promise), quiet) for figure in figures]
        unseen = judgement.coverage in (Coverage.BLIND, Coverage.STALE)
        row[0] = row[0]._replace(leads_to=state.cell)
        row.append(TableCell(seen_in(judgement, state.unseen_days(days)), "warn" if unseen else quiet))
        rows.append([*row, _verdict(state, broken.get(state.cell, ()), quiet)])
    columns = [*(figure.column for figure in figures), Column("seen in", figures=True), Column("verdict")]
    return Block(heading=str(model), columns=columns, rows=rows)


def _verdict(state: CellState, broken: Sequence[CellState], quiet: str) -> TableCell:
    """A cell's verdict; beside one that is not broken its worst slice, where that is."""
    judgement = state.judgement
    if not broken or judgement.verdict in (Verdict.DEGRADED, Verdict.SUSPECT):
        return TableCell(judgement.verdict.value, mood(judgement) or quiet)
    worst = broken[0]
    words = f"{judgement.verdict.value}, but {worst.judgement.verdict.value} in {worst.cell.slice_text}"
    return TableCell(words, mood(worst.judgement))


class _Figure(NamedTuple):
    column: Column
    words: Callable[[CellState, Promise | None], str]


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
    _Figure(Column("intent"), lambda state, _: str(state.cell)),
    _Figure(Column("offline", figures=True, spare=1), _offline),
    _Figure(Column("real rows", figures=True, spare=6), _real),
    _Figure(
        Column("floor", figures=True, spare=1),
        lambda state, _: f"{state.held.floor:.2f}" if state.held.floor is not None else "-",
    ),
    _Figure(Column("since release", figures=True), _since_release),
    _Figure(Column("95 % at all times", figures=True, spare=4), _interval),
    _Figure(Column("outcomes", figures=True, spare=3), lambda state, _: f"{state.labels.tally.support:,}"),
    _Figure(
        Column("of a page", figures=True, spare=2),
        lambda state, _: of_a_page(state.bet.detector.evidence) if state.bet.detector else "-",
    ),
    _Figure(
        Column("evidence since release", figures=True, spare=7),
        lambda state, _: _stake(state.bet.detector.since_release) if state.bet.detector else "-",
    ),
    _Figure(Column("pages", figures=True, spare=5), lambda state, _: "yes" if state.held.watched else "no"),
)


def _stake(value: float) -> str:
    if value >= 1e7:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
