"""What stands beside a broken cell: the same cell of the version before, and the other values of its slice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import OTHER, Cell

if TYPE_CHECKING:  # it brings the arithmetic of bets, which a person on call does not wait for
    from monitor.domain.judging.state import CellState

SIBLINGS = 6  # those with the most labels


class Neighbour(msgspec.Struct, frozen=True):
    """Another cell's recall since its version's release, over `support` labelled positives."""

    cell: Cell
    live: Estimate
    support: int


class Neighbours(NamedTuple):
    """The cell of the version before, if it has labels, and the slices beside the cell's own, most labels first."""

    before: Neighbour | None
    siblings: Sequence[Neighbour]


def neighbours(
    cell: Cell, cells: "Mapping[Cell, CellState]", released: Mapping[Model, datetime | None]
) -> Neighbours:
    """What `cells` have beside one of them. `released` says when each version's first prediction was made.

    Of several earlier versions the last one released is the one before. Cost: a look at every cell.
    """
    mine = released.get(cell.model)
    earlier: list[tuple[datetime, Neighbour]] = []
    siblings = []
    for other, state in cells.items():
        if other.intent != cell.intent or other == cell or not state.labels.tally.support:
            continue
        if other.model == cell.model:
            if _beside(cell, other):
                siblings.append(_neighbour(state))
        elif other.slice_text == cell.slice_text and mine is not None:
            since = released.get(other.model)
            if since is not None and since < mine and _alike(cell.model, other.model):
                earlier.append((since, _neighbour(state)))
    last = max(earlier, key=lambda dated: dated[0], default=None)
    siblings.sort(key=lambda each: (-each.support, each.cell))
    return Neighbours(last[1] if last else None, siblings[:SIBLINGS])


def _beside(cell: Cell, other: Cell) -> bool:
    mine, theirs = cell.slice, other.slice
    return mine is not None and theirs is not None and mine.name == theirs.name and theirs.value != OTHER


def _alike(model: Model, other: Model) -> bool:
    return (model.name, model.environment) == (other.name, other.environment)


def _neighbour(state: "CellState") -> Neighbour:
    live = state.labels.reading
    return Neighbour(state.cell, Estimate(live.recall or 0.0, *live.interval), state.labels.tally.support)
