"""A broken cell and all cells in; what stands beside it out: its slices that broke, and the other values of its own."""

from collections.abc import Iterable, Sequence

import msgspec

from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.standing import broken_slices
from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.neighbours import Neighbour, neighbours

LISTED = 10  # the worst broken slices


class BrokenSlice(msgspec.Struct, frozen=True):
    """A slice that is degraded or suspected: its recall since the release, and the other values of its attribute."""

    cell: Cell
    verdict: Verdict
    floor: float | None
    live: Estimate
    support: int
    siblings: Sequence[Neighbour] = ()


class Beside(msgspec.Struct, frozen=True):
    """What stands beside a broken cell, as it is when the case is gathered.

    `before` is the same cell of the version before. Of a slice `whole` is its intent, and `siblings` are the other
    values of its attribute, most labels first. Of an intent as a whole `slices` are those of it that are degraded or
    suspected, the worst `LISTED`, and `more` are left out.
    """

    before: Neighbour | None = None
    whole: Neighbour | None = None
    siblings: Sequence[Neighbour] = ()
    slices: Sequence[BrokenSlice] = ()
    more: int = 0


def beside(cell: Cell, before: Neighbour | None, states: Iterable[CellState]) -> Beside:
    """What the cells that are in use have beside one of them."""
    own = {state.cell: state for state in states if state.cell.whole == cell.whole}
    if cell.slice_text:
        whole = own.get(cell.whole)
        return Beside(
            before,
            _of_whole(whole) if whole is not None and whole.labels.tally.support else None,
            neighbours(cell, own, {}).siblings,
        )
    broken = broken_slices(own.values()).get(cell, [])
    slices = [
        BrokenSlice(
            state.cell,
            state.judgement.verdict,
            state.held.floor,
            _live(state),
            state.labels.tally.support,
            neighbours(state.cell, own, {}).siblings,
        )
        for state in broken[:LISTED]
    ]
    return Beside(before, slices=slices, more=len(broken) - len(slices))


def _of_whole(state: CellState) -> Neighbour:
    return Neighbour(state.cell, _live(state), state.labels.tally.support)


def _live(state: CellState) -> Estimate:
    live = state.labels.reading
    return Estimate(live.recall or 0.0, *live.interval)
