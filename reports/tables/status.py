"""Cells in, what `anchorwatch status` shows out: a table for eyes, objects for programs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from monitor.domain.anchors.promise import Promise
from monitor.domain.judging.judge import blindness
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.clustering import Clustering
from monitor.domain.recall.unanswered import Abstentions
from monitor.domain.sampling.response import Response
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus, Overview, is_late
from reports.figures import counted, duration, moment
from reports.render.blocks import Block, LateView, TableCell, View
from reports.tables import complaints, corrections, ends, out_of_scope, versions, weak_labels
from reports.tables.early import early_by_cell, early_lines
from reports.tables.glance import at_a_glance, models_block
from reports.tables.intents import TablePart, intents_blocks, intents_pages
from reports.tables.notes import notes
from reports.words import unanswered
from reports.words.labelling import clustered, skipping
from reports.words.reasons import sentence
from reports.words.watching import why


def as_object(state: CellState, promise: Promise | None, days: float) -> dict[str, Any]:
    """One cell with every number unrounded. Recall and its limits are None without outcomes.

    `days` are those of labels behind its judgement.
    """
    blind, unseen = blindness(state.judgement), state.unseen_days(days)
    tally = state.labels.tally
    reading = state.labels.reading
    low, high = reading.interval if tally.support else (None, None)
    detector = state.bet.detector
    return {
        "model": state.cell.model.name,
        "version": state.cell.model.version,
        "environment": state.cell.model.environment,
        "intent": state.cell.display,
        "slice": state.cell.slice_text or None,
        "group": state.cell.group,
        "members": list(state.held.members.intents) if state.held.members is not None else None,
        "verdict": state.judgement.verdict.value,
        "coverage": state.judgement.coverage.value,
        "blind_because": blind[0].value if blind else None,
        "days_until_a_fall_is_seen": unseen if unseen is not None and math.isfinite(unseen) else None,
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
        "money_per_day": state.held.income.per_day if state.held.income else None,
        "since_release": detector.since_release if detector else None,
        "onset": state.bet.onset.isoformat() if state.bet.onset else None,
        "no_answer": tally.unanswered,
        "misses_to": dict(sorted(tally.misses_to.items(), key=lambda item: (-item[1], item[0]))),
    }


_T = TypeVar("_T")
_REGISTRY_AWAY = (
    "the schema registry has been away since {}: the records that need it wait, and none is lost;"
    " `anchorwatch doctor` says what is wrong"
)
_ARCHIVE_TROUBLE = (
    "the archive could not be written since {}: no prediction is dropped until it can;"
    " `anchorwatch archive` tries it and says what is wrong"
)
EVERY_ROW = 20
"""So many cells fit on a screen as they are."""


def status_view(
    overview: Overview, *, every_row: bool = False, narrowed: bool = False, part: TablePart | None = None
) -> View:
    """One screen: the models, what is broken or suspected, the rest by cause, and what else is to be known.

    With `every_row`, or where there are few, the table of each model's cells stands in the place of the two in the
    middle, the most urgent first, with why each is not as one would wish; of a page, that `part` of them. `narrowed`:
    only some of the cells were asked for.
    """
    every_row = every_row or shows_every_row(overview)
    if not every_row:
        middle: list[Block] = at_a_glance(overview) if overview.cells else []
        return View(
            [*_above(overview), *middle, *_below(overview, [], every_row=False, narrowed=narrowed)], None
        )
    middle, shown = intents_blocks(overview.cells, overview.days_observed, overview.broken_slices, part)
    return View(
        [*_above(overview), *middle, *_below(overview, shown, every_row=True, narrowed=narrowed)], None
    )


def shows_every_row(overview: Overview) -> bool:
    """Whether there are so few cells that each has its row, asked for or not."""
    return 0 < len(overview.cells) <= EVERY_ROW


def status_pages(overview: Overview, *, narrowed: bool, rows: int) -> Iterator[Block]:
    """The same with every row, made as far as somebody reads: the tables in pieces of so many rows."""
    yield from _above(overview)
    yield from intents_pages(overview.cells, overview.days_observed, overview.broken_slices, rows)
    yield from _below(overview, overview.cells, every_row=True, narrowed=narrowed)


def _above(overview: Overview) -> list[Block]:
    models = [models_block(overview)] if overview.cells or overview.labelling else []
    return [*as_of(overview), *models]


def _below(
    overview: Overview, shown: Sequence[CellStatus], *, every_row: bool, narrowed: bool
) -> list[Block]:
    """What else is to be known, with why each of the cells that are `shown` is not as one would wish."""
    states = [status.state for status in overview.cells]
    several = len({state.cell.model for state in states}) > 1
    notes_below = [
        *map(ends.sentence, overview.unconfirmed),
        *([] if states or narrowed else [f"database: {overview.database}"]),
        *notes(
            states,
            overview.events,
            overview.labels_waiting,
            overview.most_intents,
            overview.caps,
            overview.limits,
            overview.broken_slices,
            reasons=[status.state for status in shown],
            narrowed=narrowed,
        ),
        *(clustered(model, seen) for model, seen in sorted(overview.clustered.items())),
        *(skipping(model, seen) for model, seen in sorted(overview.skipped.items())),
        *(f"{model}: {unanswered.sentence(each)}" for model, each in sorted(overview.abstentions.items())),
        *early_lines(overview.early, several=several),
        *complaints.notes(overview.complaints, every_row=every_row),
        *corrections.notes(overview.corrected, every_row=every_row, several=several),
        *corrections.strange(overview.corrected_to_nobody),
        *weak_labels.notes(overview.weak, every_row=every_row, several=several),
        *versions.lines(_compared(overview), every_row=every_row),
        *_left_out(overview),
        *([] if every_row or not states else [_MORE]),
    ]
    return [*out_of_scope.blocks(overview.out_of_scope), Block(notes=notes_below)]


def cells_view(overview: Overview, part: TablePart | None = None) -> LateView:
    """The cells that were asked for, a row each; of a page, that `part` of them. For programs always all."""
    return LateView(
        lambda: status_view(overview, every_row=True, narrowed=True, part=part).blocks,
        lambda: list(status_objects(overview)),
    )


def status_objects(overview: Overview) -> Iterator[dict[str, Any]]:
    """Every cell for programs, as `as_object`, with when it was judged and what stands beside it; one at a time."""
    compared = versions.by_cell(_compared(overview))
    broken, early = overview.broken_slices, early_by_cell(overview.early)
    abstained = overview.abstentions
    days, unconfirmed = overview.days_observed, ends.by_cell(overview.unconfirmed)
    judged_at = overview.judged_at.isoformat() if overview.judged_at else None
    for state, promise in overview.cells:
        yield as_object(state, promise, days.get(state.cell.model, 0.0)) | {
            "judged_at": judged_at,
            "unjudged": overview.unjudged,
            "abstentions": _abstentions(abstained.get(state.cell.model)),
            "out_of_scope": out_of_scope.as_object(overview.out_of_scope.get(state.cell.model)),
            "clustered": _clustered(overview.clustered.get(state.cell.model)),
            "skipped": _skipped(overview.skipped.get(state.cell.model)),
            "compared": _of(compared, state.cell),
            "broken_slices": {
                each.cell.slice_text: each.judgement.verdict.value for each in _of(broken, state.cell) or ()
            },
            "retired": state.cell.model in overview.retired,
            "complaints": complaints.as_object(_of(overview.complaints, state.cell)),
            "corrections": corrections.as_object(_of(overview.corrected, state.cell)),
            "weak": weak_labels.as_object(_of(overview.weak, state.cell)),
            "early": _of(early, state.cell) or [],
            "unconfirmed": ends.as_object(_of(unconfirmed, state.cell)),
        }


_MORE = (
    "every row: anchorwatch status --all; some of them: --model, --version, --intent, --slice, --verdict, each with"
    " * and ?"
)


def _left_out(overview: Overview) -> list[str]:
    """Which cells are not shown at all."""
    models = ", ".join(map(str, sorted(overview.retired)))
    parts = [
        *(
            [f"{counted(overview.left_out, 'cell')} of retired versions ({models})"]
            if overview.left_out
            else []
        ),
        *(
            [f"{counted(overview.unconfigured, 'cell')} of slices that are not configured any more"]
            if overview.unconfigured
            else []
        ),
    ]
    return [f"not shown: {', and '.join(parts)} (--all)"] if parts else []


def _compared(overview: Overview) -> list[versions.Comparison]:
    """How versions compare on the cells that are asked for, each held against any other that there is."""
    asked = {status.state.cell for status in overview.cells}
    both = versions.comparisons([status.state for status in (*overview.cells, *overview.beside)])
    return [each for each in both if versions.cell_of(each) in asked]


def _of(mapping: Mapping[Cell, _T], cell: Cell) -> _T | None:
    """What is known of a cell; most often nothing of any, and no cell of thousands is looked up."""
    return mapping.get(cell) if mapping else None


def _abstentions(known: Abstentions | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return {"predictions": known.predictions, "abstained": known.abstained, "share": known.share}


def _clustered(seen: Clustering | None) -> dict[str, float] | None:
    if seen is None:
        return None
    return {"icc": seen.icc, "at_a_time": seen.at_a_time, "design_effect": seen.design_effect}


def _skipped(seen: Response | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    counts = {"drawn": seen.tickets.drawn, "labelled": seen.tickets.labelled}
    return {"skews": sorted(seen.found), **counts}


def as_of(overview: Overview) -> list[Block]:
    """The time for which everything was last judged, and what came since or waits; little before the first."""
    away = [
        words.format(moment(since))
        for words, since in (
            (_REGISTRY_AWAY, overview.registry_away),
            (_ARCHIVE_TROUBLE, overview.archive_trouble),
        )
        if since is not None
    ]
    if overview.judged_at is None:
        return [Block(lines=away)] if away else []
    lines = [f"judged as of {moment(overview.judged_at)}", *away]
    if overview.unjudged:
        lines.append(
            f"{counted(overview.unjudged, 'labelled ticket')} came since and nothing was judged: `anchorwatch run`"
            " judges, and its log says what failed"
        )
    if overview.asked_at is None or overview.by_events or not is_late(overview.judged_at, overview.asked_at):
        return [Block(lines=lines)]
    age = overview.asked_at - overview.judged_at
    late = TableCell(f"no evaluation for {duration(age)}: is `anchorwatch run` alive?", "bad")
    return [Block(lines=lines, columns=("",), rows=[[late]])]
