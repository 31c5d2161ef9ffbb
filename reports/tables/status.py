"""Cells in, what `anchorwatch status` shows out: a table for eyes, objects for programs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

from monitor.domain.anchors.promise import Promise
from monitor.domain.events.near_names import near_names
from monitor.domain.events.types import Design, Model
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.recall.reading import Method
from monitor.domain.slices.cells import OTHER
from monitor.review.ports.status import CellStatus, EventCount, Overview
from reports.figures import moment
from reports.render.blocks import MOODS, Block, Column, TableCell, View
from reports.tables import complaints, intake, versions
from reports.words.reasons import sentence
from reports.words.watching import why


def as_object(state: CellState, promise: Promise | None) -> dict[str, Any]:
    """One cell with every number unrounded. Recall and its limits are None without outcomes."""
    tally = state.labels.tally
    reading = state.labels.reading
    low, high = reading.interval if tally.support else (None, None)
    detector = state.bet.detector
    return {
        "model": state.cell.model.name,
        "version": state.cell.model.version,
        "environment": state.cell.model.environment,
        "intent": state.cell.intent,
        "slice": state.cell.slice_text or None,
        "verdict": state.judgement.verdict.value,
        "reasons": [sentence(reason) for reason in state.judgement.reasons],
        "watched": why(state.held.watched) if state.held.watched else None,
        "pages": bool(state.held.watched),
        "offline": {"recall": promise.shipped.recall, "support": promise.shipped.support}
        if promise
        else None,
        "offline_real": (
            {"recall": promise.real.recall, "support": promise.real.support}
            if promise and promise.real and promise.real.support
            else None
        ),
        "floor": state.held.floor,
        "live": {
            "recall": reading.recall,
            "low": low,
            "high": high,
            "interval": reading.method.value,
            "hits": tally.hits,
            "misses": tally.misses,
            "effective_n": reading.effective_n,
        },
        "weighted": state.bet.weighted,
        "identified": state.labels.identified,
        "maturity_days": state.labels.maturity_s / 86_400 if state.labels.maturity_s is not None else None,
        "evidence": detector.evidence if detector else None,
        "threshold": state.held.threshold,
        "since_release": detector.since_release if detector else None,
        "onset": state.bet.onset.isoformat() if state.bet.onset else None,
        "misses_to": dict(sorted(tally.misses_to.items(), key=lambda item: (-item[1], item[0]))),
    }


def status_view(overview: Overview) -> View:
    """The table of intents, the worst verdict first, and what it leaves open."""
    states = [status.state for status in overview.cells]
    compared = versions.comparisons(states)
    by_cell = versions.by_cell(compared)
    notes_below = [
        *([] if states else [f"database: {overview.database}"]),
        *notes(states, overview.events, overview.labels_waiting, overview.most_intents, overview.caps),
        *complaints.notes(overview.complaints),
        *(versions.line(comparison) for comparison in compared),
    ]
    judged_at = overview.judged_at.isoformat() if overview.judged_at else None
    content = [
        as_object(state, promise)
        | {
            "judged_at": judged_at,
            "compared": by_cell.get(state.cell),
            "complaints": complaints.as_object(overview.complaints.get(state.cell)),
        }
        for state, promise in overview.cells
    ]
    tables = [intents_block(model, cells) for model, cells in by_model(overview.cells)]
    return View([*as_of(overview), *tables, Block(notes=notes_below)], content)


def as_of(overview: Overview) -> list[Block]:
    """The time for which everything was last judged, in a line; nothing before the first time."""
    if overview.judged_at is None:
        return []
    return [Block(lines=[f"judged as of {moment(overview.judged_at)}"])]


def by_model(cells: Sequence[CellStatus]) -> Iterator[tuple[Model, list[CellStatus]]]:
    """Each model version in its environment, with its cells."""
    ranked = sorted(cells, key=lambda status: status.state.cell.model)
    for model, of_model in groupby(ranked, key=lambda status: status.state.cell.model):
        yield model, list(of_model)


def intents_block(model: Model, cells: Sequence[CellStatus]) -> Block:
    """The table of a model's intents, the watched first and the worst verdict first among them."""
    figures, order = _COLUMNS, list(Verdict)
    ranked = sorted(
        cells,
        key=lambda status: (
            not status.state.held.watched,
            order.index(status.state.judgement.verdict),
            status.state.cell,
        ),
    )
    rows = []
    for state, promise in ranked:
        mood = "" if state.held.watched else "quiet"
        verdict = state.judgement.verdict.value
        row = [TableCell(figure.words(state, promise), mood) for figure in figures]
        rows.append([*row, TableCell(verdict, MOODS.get(verdict, "warn") or mood)])
    columns = [*(figure.column for figure in figures), Column("verdict")]
    return Block(heading=str(model), columns=columns, rows=rows)


class _Figure(NamedTuple):
    column: Column
    words: Callable[[CellState, Promise | None], str]


def _offline(_: CellState, promise: Promise | None) -> str:
    return f"{promise.shipped.recall:.2f} of {promise.shipped.support}" if promise else "-"


def _real(_: CellState, promise: Promise | None) -> str:
    real = promise.real if promise and promise.real and promise.real.support else None
    return f"{real.recall:.2f} of {real.support}" if real else "-"


def _since_release(state: CellState, _: Promise | None) -> str:
    recall = state.labels.reading.recall
    return f"{recall:.2f}" if recall is not None else "-"


def _interval(state: CellState, _: Promise | None) -> str:
    if not state.labels.tally.support:
        return "-"
    reading = state.labels.reading
    low, high = reading.interval
    return f"{low:.2f} to {high:.2f}" + ("" if reading.method is Method.SEQUENCE else " (at one look)")


_COLUMNS = (
    _Figure(Column("intent"), lambda state, _: str(state.cell)),
    _Figure(Column("offline", figures=True), _offline),
    _Figure(Column("real rows", figures=True, spare=6), _real),
    _Figure(
        Column("floor", figures=True),
        lambda state, _: f"{state.held.floor:.2f}" if state.held.floor is not None else "-",
    ),
    _Figure(Column("since release", figures=True), _since_release),
    _Figure(Column("95 % at all times", figures=True, spare=4), _interval),
    _Figure(Column("outcomes", figures=True, spare=3), lambda state, _: f"{state.labels.tally.support:,}"),
    _Figure(
        Column("evidence", figures=True, spare=2),
        lambda state, _: _stake(state.bet.detector.evidence) if state.bet.detector else "-",
    ),
    _Figure(
        Column("evidence since release", figures=True, spare=7),
        lambda state, _: _stake(state.bet.detector.since_release) if state.bet.detector else "-",
    ),
    _Figure(
        Column("pages at", figures=True, spare=5),
        lambda state, _: (
            _stake(state.held.threshold) if state.held.threshold and state.held.watched else "not watched"
        ),
    ),
)


def _stake(value: float) -> str:
    if value >= 1e7:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def notes(
    cells: Sequence[CellState],
    counts: Sequence[EventCount],
    labels_waiting: int,
    most_intents: int = 0,
    caps: Mapping[str, int] = MappingProxyType({}),
) -> list[str]:
    """What the table leaves open: why, and what became of the events.

    `most_intents` and `caps`, by slice, tell what is counted together from an intent or a value of that name.
    """
    lines = []
    if not cells:
        lines.append(
            "nothing has been judged yet: `anchorwatch run` takes events in, `anchorwatch anchor import`"
            " says what to hold the model to"
        )
    named: dict[str, list[str]] = {}  # what holds for many cells is said once
    for state in cells:
        if state.held.watched and state.judgement.verdict is not Verdict.OK:
            for reason in state.judgement.reasons:
                named.setdefault(sentence(reason), []).append(str(state.cell))
    lines += [f"{_few(names)}: {reason}" for reason, names in named.items()]
    unknown = sorted({str(state.cell.model) for state in cells if _of_unknown_design(state)})
    lines += [
        f"{model}: labels of unknown sampling design: if misses are labelled more often than hits, recall is"
        " better than shown; send `sampling` with each label"
        for model in unknown
    ]
    clipped = sum(
        state.labels.tally.weighed.clipped for state in cells if state.bet.weighted and not state.cell.slice
    )
    if clipped:
        lines.append(
            f"{clipped:,} labels had a smaller chance than sampling.min_probability: their weight is capped there"
        )
    unanchored = sorted({str(state.cell.model) for state in cells if state.held.anchor_id is None})
    lines += [
        f"{model}: has cells without a promise; intents that its anchor never measured cannot be judged"
        for model in unanchored
    ]
    together = sum(
        state.labels.tally.support
        for state in cells
        if state.cell.intent == OTHER and not state.cell.slice and _intents(cells, state) >= most_intents
    )
    if together:
        lines.append(
            f"{together:,} outcomes are counted together as {OTHER}: there are more intents than limits.intents"
        )
    lines += [
        f"slice {name} has more values than its cap; the rest is counted as {OTHER}"
        for name, values in sorted(_values(cells).items())
        if OTHER in values and len(values) > caps.get(name, 0)
    ]
    lines += intake.lines(counts)
    lines += near(cells)
    if labels_waiting:
        lines.append(f"{labels_waiting:,} predictions are named by labels but have not come yet")
    return lines


def near(cells: Sequence[CellState]) -> list[str]:
    """Intents, predicted or labelled, that a person would take for one."""
    names: dict[str, set[str]] = {}
    for state in cells:
        if not state.cell.slice:
            names.setdefault(str(state.cell.model), set()).update(
                [state.cell.intent, *state.labels.tally.misses_to]
            )
    return [
        f"{model}: {pair}; they are counted as two intents"
        for model, intents in sorted(names.items())
        for pair in near_names(intents)
    ]


def _intents(cells: Sequence[CellState], of: CellState) -> int:
    return sum(s.cell.model == of.cell.model and not s.cell.slice and s.cell.intent != OTHER for s in cells)


def _values(cells: Sequence[CellState]) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for state in cells:
        if state.cell.slice is not None:
            values.setdefault(state.cell.slice.name, set()).add(state.cell.slice.value)
    return values


def _of_unknown_design(state: CellState) -> bool:
    return not state.cell.slice and Design.UNKNOWN in state.labels.tally.weighed.designs


def _few(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{names[0]}, {names[1]} and {len(names) - 2} more"
