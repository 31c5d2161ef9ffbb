"""Cells in; how many stand how, a word for each, and what keeps the rest from being seen, out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Verdict, blindness
from monitor.domain.judging.reasons import BlindCause
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import OTHER, Cell


class Standing(StrEnum):
    """A cell's verdict and coverage in one word, the worst first.

    `not confirmed`: a person ended its page, and no label has won the recall back yet. `seen`: it keeps its promise, as
    far as known, and a fall would page in time. Only what is watched is blind or stale; the rest of what is not broken
    never pages, and is `not watched`.
    """

    DEGRADED = "degraded"
    SUSPECT = "suspect"
    UNCONFIRMED = "not confirmed"
    BLIND = "blind"
    STALE = "stale"
    SEEN = "seen"
    UNANCHORED = "no promise"
    NOT_WATCHED = "not watched"


_RANK = {standing: rank for rank, standing in enumerate(Standing)}
BROKEN = (Standing.DEGRADED, Standing.SUSPECT)
TO_LOOK_AT = (*BROKEN, Standing.UNCONFIRMED)
_BROKEN = (Verdict.DEGRADED, Verdict.SUSPECT)  # what makes a cell's standing one of those


_BY_VERDICT = {
    Verdict.DEGRADED: Standing.DEGRADED,
    Verdict.SUSPECT: Standing.SUSPECT,
    Verdict.UNANCHORED: Standing.UNANCHORED,
}
_BY_COVERAGE = {Coverage.BLIND: Standing.BLIND, Coverage.STALE: Standing.STALE}


def standing(state: CellState) -> Standing:
    """How a cell stands."""
    judgement = state.judgement
    by_verdict = _BY_VERDICT.get(judgement.verdict)
    if by_verdict is not None:
        return by_verdict
    if state.unconfirmed:
        return Standing.UNCONFIRMED
    if not state.watched:
        return Standing.NOT_WATCHED
    return _BY_COVERAGE.get(judgement.coverage, Standing.SEEN)


def broken_slices(states: Iterable[CellState]) -> dict[Cell, list[CellState]]:
    """The slices that are broken or suspected, by their intent as a whole, the worst of each first."""
    slices: dict[Cell, list[CellState]] = defaultdict(list)
    for state in states:
        if state.cell.slice_text and state.judgement.verdict in _BROKEN:
            slices[state.cell.whole].append(state)
    for found in slices.values():
        found.sort(key=lambda state: (_RANK[standing(state)], -state.evidence, state.cell))
    return dict(slices)


def intents_by_standing(states: Sequence[CellState]) -> dict[Model, Counter[Standing]]:
    """How many intents of each model stand how. An intent counts as broken where one of its slices is.

    Groups, and what is counted together as other, are no intents.
    """
    broken = broken_slices(states)
    counts: dict[Model, Counter[Standing]] = defaultdict(Counter)
    for state in states:
        cell = state.cell
        if cell.slice_text or cell.group is not None or cell.intent == OTHER:
            continue
        here = [state, *broken.get(cell, ())[:1]]
        counts[cell.model][min(map(standing, here), key=_RANK.__getitem__)] += 1
    return dict(counts)


RestCause = Standing | BlindCause
"""Where a cell that is not broken belongs: how it stands, and of a blind one why (`blind`: nobody knows)."""


def rest_by_cause(states: Sequence[CellState]) -> Mapping[RestCause, list[Cell]]:
    """The cells that nobody need look at by what can be seen of them: what to be sure of first, then what is not seen.

    Left out are intents of which a slice is broken, and what is counted together as other, which is never judged.
    """
    rest: dict[RestCause, list[Cell]] = defaultdict(list)
    broken = broken_slices(states)
    for state in states:
        how, cell = standing(state), state.cell
        if how in TO_LOOK_AT or (broken and cell in broken):
            continue
        if cell.intent == OTHER or (OTHER in cell.slice_text and cell.slice and cell.slice.value == OTHER):
            continue
        blind = blindness(state.judgement) if how is Standing.BLIND else None
        rest[blind[0] if blind else how].append(cell)
    order: list[RestCause] = [Standing.SEEN, *BlindCause, Standing.BLIND, Standing.STALE]
    order += [Standing.UNANCHORED, Standing.NOT_WATCHED]
    return {cause: sorted(rest[cause]) for cause in order if cause in rest}
