"""Cells in; how two versions of a model that run at once compare on each watched intent out."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.recall.compare import CanaryVerdict, Measure, RecallDifference, joined, watched_difference
from monitor.domain.slices.cells import Cell
from monitor.domain.text.version import version_text
from reports.figures import counted
from reports.words.versions import compared

FIRST = 5


class Comparison(NamedTuple):
    """The newer version's recall of an intent less the older one's."""

    model: str
    environment: str
    intent: str
    new: str
    old: str
    difference: RecallDifference


def comparisons(cells: Sequence[CellState]) -> list[Comparison]:
    """Every watched intent that two versions of a model in one environment have outcomes of.

    Versions are taken in the order of their names, numbers by value; each is held against the one before it.
    """
    by_intent: dict[tuple[str, str, str], list[CellState]] = defaultdict(list)
    for state in cells:
        if not state.cell.slice_text and state.cell.group is None:
            model = state.cell.model
            by_intent[model.name, model.environment, state.cell.intent].append(state)
    comparisons = []
    several = {cell: states for cell, states in by_intent.items() if len(states) > 1}
    for (name, environment, intent), known in sorted(several.items()):
        states = [state for state in known if state.labels.tally.support]
        states.sort(key=lambda state: order(state.cell.model.version))
        for old, new in pairwise(states):
            if old.held.watched or new.held.watched:
                versions = new.cell.model.version, old.cell.model.version
                comparisons.append(Comparison(name, environment, intent, *versions, _difference(new, old)))
    return comparisons


def as_object(comparison: Comparison) -> dict[str, Any]:
    """One comparison, unrounded."""
    return {
        "model": comparison.model,
        "environment": comparison.environment,
        "intent": comparison.intent,
        "new": comparison.new,
        "old": comparison.old,
        "difference": comparison.difference.value,
        "low": comparison.difference.interval.low,
        "high": comparison.difference.interval.high,
        "says": comparison.difference.verdict.value,
    }


def by_cell(comparisons: Sequence[Comparison]) -> dict[Cell, dict[str, Any]]:
    """Each comparison as an object, by the newer version's cell."""
    return {cell_of(comparison): as_object(comparison) for comparison in comparisons}


def cell_of(comparison: Comparison) -> Cell:
    """The newer version's cell."""
    return Cell(Model(comparison.model, comparison.new, comparison.environment), comparison.intent)


def line(comparison: Comparison) -> str:
    """One comparison in words."""
    return compared(comparison.intent, comparison.new, comparison.old, comparison.difference)


def lines(comparisons: Sequence[Comparison], *, every_row: bool) -> list[str]:
    """Every comparison in a line; else the first that tell, with their model, and how many more there are."""
    if every_row:
        return [line(comparison) for comparison in comparisons]
    telling = [each for each in comparisons if each.difference.verdict is not CanaryVerdict.UNDECIDED]
    rest = Counter(
        (each.model, each.environment, each.new, each.old)
        for each in comparisons
        if each.difference.verdict is CanaryVerdict.UNDECIDED
    )
    left = len(telling) - FIRST
    more = [f"and {counted(left, 'more comparison')} that tell two versions apart"] if left > 0 else []
    first = [f"{each.model} ({each.environment}): {line(each)}" for each in telling[:FIRST]]
    return [*first, *more] + [
        f"{version_text(new)} and {version_text(old)} of {model} ({environment}) cannot be told apart on"
        f" {counted(number, 'watched intent')}"
        for (model, environment, new, old), number in rest.items()
    ]


def _difference(new: CellState, old: CellState) -> RecallDifference:
    if new.bet.weighted or old.bet.weighted:
        return joined(*(Measure(s.labels.reading.recall, s.labels.reading.interval) for s in (new, old)))
    return watched_difference(
        new.labels.tally.hits, new.labels.tally.misses, old.labels.tally.hits, old.labels.tally.misses
    )


def order(version: str) -> tuple[tuple[int, int, str], ...]:
    """A key to sort versions by: by their names, numbers by value."""
    parts = version.replace("-", ".").split(".")
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
