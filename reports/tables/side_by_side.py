"""Cells in; the recall of each version of a model beside that of the others, intent by intent, out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.judging.urgency import urgency_of
from monitor.domain.recall.compare import CanaryVerdict
from monitor.domain.slices.cells import Cell
from monitor.domain.text.version import version_text
from monitor.review.ports.status import Overview
from reports.figures import counted
from reports.render.blocks import Block, Column, TableCell, View
from reports.tables import versions
from reports.tables.versions import Comparison, comparisons

NEWEST = 3
"""So many versions stand beside each other; of more, the newest by name."""
_MOODS = {CanaryVerdict.WORSE: "bad", CanaryVerdict.BETTER: "good", CanaryVerdict.UNDECIDED: "quiet"}


def side_by_side_view(overview: Overview) -> View:
    """What `anchorwatch version compare` shows: a table for each model of which two versions have outcomes."""
    states = _asked(overview)
    blocks = side_by_side(overview) or [
        Block(notes=["no model has two versions with outcomes of the same watched intent"])
    ]
    return View(blocks, [_as_object(each, states) for each in comparisons(list(states.values()))])


def side_by_side(overview: Overview, most: int | None = None) -> list[Block]:
    """A table for each model in its environment; nothing of one with a single version.

    Of `most` intents, the watched and the most urgent, where that is given: each costs a third of a millisecond.
    Each version but the first is held against the one before it. Intents that lie furthest apart come first.
    """
    states, left = _asked(overview), 0
    if most is not None:
        kept = _most_urgent(overview, most)
        left = len({_place(state.cell) for state in states.values()} - kept)
        states = {cell: state for cell, state in states.items() if _place(cell) in kept}
    by_model: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for each in comparisons(list(states.values())):
        by_model[each.model, each.environment].append(each)
    more = [f"and {counted(left, 'more intent')}: `anchorwatch version compare`"] if left else []
    return [_block(*named, compared, states, more) for named, compared in sorted(by_model.items())]


def _most_urgent(overview: Overview, most: int) -> set[tuple[str, str, str]]:
    whole = [status.state for status in overview.cells if not status.state.cell.slice]
    whole.sort(key=lambda state: (not state.held.watched, urgency_of(state), state.cell))
    return set(list(dict.fromkeys(_place(state.cell) for state in whole))[:most])


def _asked(overview: Overview) -> dict[Cell, CellState]:
    """The cells that are asked for, with what other versions have of the same intents."""
    asked = {_place(status.state.cell) for status in overview.cells}
    every = (status.state for status in (*overview.cells, *overview.beside))
    return {state.cell: state for state in every if _place(state.cell) in asked}


def _place(cell: Cell) -> tuple[str, str, str]:
    return cell.model.name, cell.model.environment, cell.intent


def _block(
    name: str,
    environment: str,
    compared: Sequence[Comparison],
    states: Mapping[Cell, CellState],
    more: Sequence[str],
) -> Block:
    shown = sorted({version for each in compared for version in (each.old, each.new)}, key=versions.order)
    shown = shown[-NEWEST:]
    by_intent: dict[str, list[Comparison]] = defaultdict(list)
    for each in compared:
        if each.new in shown:
            by_intent[each.intent].append(each)
    rows: list[Sequence[str | TableCell]] = []
    for intent, of_intent in sorted(by_intent.items(), key=lambda item: (_standing(item[1]), item[0])):
        of_version = {
            version: Cell(Model(name, version, environment), intent)
            for version in shown
            if Cell(Model(name, version, environment), intent) in states
        }
        rows.append(
            [
                intent,
                *(
                    _recall(states[of_version[version]]) if version in of_version else TableCell("-", "quiet")
                    for version in shown
                ),
                _differs(of_intent),
            ]
        )
    heads = [Column(version_text(version), figures=True) for version in shown]
    return Block(
        heading=f"versions of {name} ({environment}) side by side",
        columns=[Column("intent"), *heads, Column("do they differ?")],
        rows=rows,
        notes=[
            "Recall since the release with its 95 % interval and labelled tickets. Each version is held against the one"
            " before it; the interval of a difference holds at all times, or where labels are weighed at one look."
            " They can be compared only where chance decides who answers.",
            *more,
        ],
    )


def _recall(state: CellState) -> TableCell:
    reading, support = state.labels.reading, state.labels.tally.support
    if reading.recall is None:
        return TableCell("-", "quiet", leads_to=state.cell)
    low, high = reading.interval
    return TableCell(
        [f"{reading.recall:.2f} of {support:,}", f"{low:.2f} to {high:.2f}"], leads_to=state.cell
    )


def _differs(compared: Sequence[Comparison]) -> TableCell:
    worst = min(compared, key=lambda each: _rank(each.difference.verdict))
    lines = [line for each in compared for line in _in_words(each)]
    return TableCell(lines, _MOODS[worst.difference.verdict])


def _in_words(compared: Comparison) -> tuple[str, str]:
    value, (low, high) = compared.difference
    new, between = version_text(compared.new), f"{low:+.2f} to {high:+.2f}"
    if value is None or compared.difference.verdict is CanaryVerdict.UNDECIDED:
        return f"{new} cannot be told apart", between
    worse = compared.difference.verdict is CanaryVerdict.WORSE
    return f"{new} is {'worse' if worse else 'better'} by {abs(value):.2f}", between


def _rank(verdict: CanaryVerdict) -> int:
    return (CanaryVerdict.WORSE, CanaryVerdict.BETTER, CanaryVerdict.UNDECIDED).index(verdict)


def _standing(compared: Sequence[Comparison]) -> tuple[int, float]:
    return (
        min(_rank(each.difference.verdict) for each in compared),
        min(each.difference.value or 0.0 for each in compared),
    )


def _as_object(compared: Comparison, states: Mapping[Cell, CellState]) -> dict[str, Any]:
    def recall(version: str) -> dict[str, Any]:
        state = states[Cell(Model(compared.model, version, compared.environment), compared.intent)]
        low, high = state.labels.reading.interval
        return {
            "version": version,
            "recall": state.labels.reading.recall,
            "low": low,
            "high": high,
            "labelled": state.labels.tally.support,
        }

    return versions.as_object(compared) | {"versions": [recall(compared.old), recall(compared.new)]}
