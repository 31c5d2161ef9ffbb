"""Cells in; what to know of how their labels were chosen out: chances that differ, and bets smaller than need be."""

from collections.abc import Sequence

from monitor.domain.events.types import Design
from monitor.domain.judging.state import CellState
from monitor.domain.recall.chances import w_max

ROOM = 2.0  # times that the smallest chance possible lies below those seen, before it is told
ENOUGH = 50  # labels by score, before the smallest of their chances tells


def lines(cells: Sequence[CellState]) -> list[str]:
    """Of whole intents: which call labels uniform that are not, and which bet less on a label than they could."""
    whole = [state for state in cells if not state.cell.slice_text and state.cell.group is None]
    uneven = [str(state.cell) for state in whole if state.labels.tally.weighed.uneven]
    notes = []
    if uneven:
        notes.append(
            f"{_named(uneven)}: labels that call themselves uniform were chosen with different chances, so each"
            " counts for the tickets it stands for; send the design they were chosen by"
        )
    smaller = [(state, seen) for state in whole if (seen := _smallest_by_score(state)) is not None]
    for min_probability in sorted({state.labels.min_probability for state, _ in smaller}):
        some = [(state, seen) for state, seen in smaller if state.labels.min_probability == min_probability]
        least = min(seen for _, seen in some)
        notes.append(
            f"{_named([str(state.cell) for state, _ in some])}: labels by score were chosen with {least:.2g} at least,"
            f" and sampling.min_probability is {min_probability:g}: at {least:.2g} a label would move its bet"
            f" {least / min_probability:.2g} times as far, and pages come sooner"
        )
    return notes


def _smallest_by_score(state: CellState) -> float | None:
    """The smallest chance of a label by score, where it lies well above the smallest possible."""
    seen = state.labels.tally.weighed.samples.get(Design.BY_SCORE)
    if seen is None or seen.n < ENOUGH or not state.held.watched:
        return None
    smaller = seen.largest * ROOM <= w_max(state.labels.min_probability)
    return 1 / seen.largest if smaller else None


def _named(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
