"""An overview in; one screen out: how many intents of each model stand how, what is broken, and the rest by cause."""

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.judging.reasons import BlindCause
from monitor.domain.judging.standing import (
    TO_LOOK_AT,
    RestCause,
    Standing,
    intents_by_standing,
    rest_by_cause,
    standing,
)
from monitor.domain.judging.urgency import Urgency, urgency_of
from monitor.domain.slices.cells import Cell
from monitor.domain.text.version import version_text
from monitor.review.ports.status import CellStatus, Overview
from reports.figures import duration, of_a_page, rate
from reports.render.blocks import Block, Column, TableCell
from reports.words.coverage import mood_of, seen_in, verdict_words

BROKEN_SHOWN = 12
_REST = {
    Standing.SEEN: "a fall would page in time",
    BlindCause.VERIFICATION_BIAS: "blind: the labels cannot tell recall",
    BlindCause.FLOOR_TOO_LOW: "blind: the floor is too low",
    BlindCause.NO_MONEY: "blind: no part of the false pages",
    BlindCause.TOO_FEW_LABELS: "blind for want of labels",
    Standing.BLIND: "blind",
    Standing.STALE: "stale: nothing comes",
    Standing.UNANCHORED: "no promise to be held to",
    Standing.NOT_WATCHED: "not watched, never pages",
}
_MOODS = {Standing.DEGRADED: "bad"} | dict.fromkeys(
    (Standing.SUSPECT, Standing.UNCONFIRMED, Standing.BLIND, Standing.STALE), "warn"
)


def at_a_glance(overview: Overview) -> list[Block]:
    """What is broken or suspected, and how many of the rest are seen, or blind for which cause."""
    broken = [status for status in overview.cells if standing(status.state) in TO_LOOK_AT]
    return [*_broken(overview, broken), *_rest(overview, to_look_at=bool(broken))]


def models_block(overview: Overview) -> Block:
    """A line for each model: its intents by how they stand, its labels a day, and how old the last one is.

    An intent counts as broken where one of its slices is. A standing that no intent has is left out.
    """
    states = [status.state for status in overview.cells]
    counts = intents_by_standing([*states, *overview.unasked])
    models = sorted({state.cell.model for state in states} | {each.model for each in overview.labelling})
    labelled = {each.model: each for each in overview.labelling}
    there = [each for each in Standing if any(counted[each] for counted in counts.values())]
    rows = []
    for model in models:
        counted, labels = counts.get(model), labelled.get(model)
        days = overview.days_observed.get(model, 0.0)
        row = [TableCell(str(model), leads_to=model)]
        for each in there:
            number = counted[each] if counted else 0
            row.append(TableCell(f"{number:,}", _MOODS.get(each, "") if number else "quiet"))
        row.append(TableCell(rate(labels.outcomes / days) if labels and days else "none"))
        row.append(TableCell(_age(labels.last, overview.asked_at or overview.judged_at) if labels else "-"))
        rows.append(row)
    columns = [
        Column("intents of"),
        *(Column(each.value, figures=True) for each in there),
        Column("labels", spare=2),
        Column("last label", spare=1),
    ]
    return Block(columns=columns, rows=rows)


def _age(at: datetime, now: datetime | None) -> str:
    if now is None:
        return "-"
    return f"{duration(now - at)} ago" if at < now else "just now"


def _broken(overview: Overview, broken: Sequence[CellStatus]) -> list[Block]:
    """What is degraded or suspected, or ended by a person alone: groups, intents and slices, the most urgent first."""
    if not broken:
        return [Block(heading="nothing is broken or suspected")] if overview.cells else []
    ranked = sorted(broken, key=_urgency)
    shown, left = ranked[:BROKEN_SHOWN], ranked[BROKEN_SHOWN:]
    models = {status.state.cell.model for status in overview.cells}
    several, everywhere = len(models) > 1, len({model.environment for model in models}) > 1
    columns = [
        Column("cell"),
        *([Column("model")] if several else []),
        Column("offline", figures=True, spare=3),
        Column("floor", figures=True),
        Column("since release", figures=True),
        Column("outcomes", figures=True, spare=5),
        Column("of a page", figures=True, spare=2),
        Column("seen in", figures=True, spare=4),
        Column("verdict"),
    ]
    rows = []
    for status in shown:
        model = status.state.cell.model
        name, *figures = _broken_row(overview, status)
        words = str(model) if everywhere else f"{model.name} {version_text(model.version)}"
        rows.append([name, TableCell(words, name.mood), *figures] if several else [name, *figures])
    notes = [f"and {len(left):,} more: anchorwatch status --verdict degraded, or suspect"] if left else []
    ended = any(standing(status.state) is Standing.UNCONFIRMED for status in broken)
    heading = "broken, suspected, or ended by a person" if ended else "broken or suspected"
    return [Block(heading=heading, columns=columns, rows=rows, notes=notes)]


def _broken_row(overview: Overview, status: CellStatus) -> Sequence[TableCell]:
    state, promise = status
    judgement, recall = state.judgement, state.labels.recall
    quiet = "" if state.held.watched else "quiet"
    unseen = state.unseen_days(overview.days_observed.get(state.cell.model, 0.0))
    verdict = verdict_words(state) + ("" if state.held.watched else ", not watched")
    return [
        TableCell(str(state.cell), quiet, leads_to=state.cell),
        TableCell(f"{promise.shipped.recall:.2f} of {promise.shipped.support:,}" if promise else "-", quiet),
        TableCell(f"{state.held.floor:.2f}" if state.held.floor is not None else "-", quiet),
        TableCell(f"{recall:.2f}" if recall is not None else "-", quiet),
        TableCell(f"{state.labels.tally.support:,}", quiet),
        TableCell(of_a_page(state.evidence), quiet),
        TableCell(seen_in(judgement, unseen), quiet),
        TableCell(verdict, mood_of(state)),
    ]


def _urgency(status: CellStatus) -> tuple[bool, Urgency, int, Cell]:
    """The watched first; of equal urgency groups, then intents, then slices."""
    state = status.state
    kind = 0 if state.cell.group is not None else 2 if state.cell.slice_text else 1
    return not state.held.watched, urgency_of(state), kind, state.cell


def _rest(overview: Overview, *, to_look_at: bool) -> list[Block]:
    """How many of the rest a fall could be seen of, and what keeps the others from it."""
    rest = rest_by_cause([status.state for status in overview.cells])
    rows = [_rest_row(cause, cells) for cause, cells in rest.items()]
    if not rows:
        return []
    columns = [
        Column(""),
        Column("groups", figures=True),
        Column("intents", figures=True),
        Column("slices", figures=True),
    ]
    return [Block(heading="the rest" if to_look_at else "all of them", columns=columns, rows=rows)]


def _rest_row(cause: RestCause, cells: Sequence[Cell]) -> Sequence[TableCell]:
    groups = [cell for cell in cells if cell.group is not None]
    slices = [cell for cell in cells if cell.slice_text]
    intents = [cell for cell in cells if cell.group is None and not cell.slice_text]
    return [
        TableCell(_REST[cause], "good" if cause is Standing.SEEN else ""),
        *(TableCell(f"{len(each):,}" if each else "") for each in (groups, intents, slices)),
    ]
