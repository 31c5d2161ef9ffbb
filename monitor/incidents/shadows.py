"""Cells that broke on tickets of other members alone: they are in the incident, and nobody is told of them."""

from collections.abc import Collection, Mapping, Set
from typing import NamedTuple

from monitor.domain.detection.detector import Signal
from monitor.domain.incidents.outside import LOOKED_AT, explained_outside
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import ExplainedBy
from monitor.incidents.explaining import explained_before, explained_slices
from monitor.incidents.ports.cells import CellOutcomes
from monitor.incidents.ports.oncall import OpenIncident

Shadows = dict[Cell, ExplainedBy]


def shadows_before(incident: OpenIncident | None) -> Shadows:
    """Which members of an incident others explained when they were last looked at."""
    members = incident.members if incident is not None else {}
    return {cell: facts.explained for cell, facts in members.items() if facts.explained is not None}


class NotTold(NamedTuple):
    """Broken cells that are not told of: `slices` on the line of their intent (as `explained_slices` has them), and
    `shadows` of other members.
    """

    slices: dict[Cell, bool | None]
    shadows: Shadows


def explained_cells(
    transaction: CellOutcomes,
    incident: OpenIncident | None,
    broken: Set[Cell],
    moved: Set[Cell],
    cells: Mapping[Cell, CellState],
    pages: Mapping[Cell, Signal],
) -> NotTold:
    """Those of the broken cells that their intent, or other members, explain.

    First a slice is held against its intent that was told of; then every new cell against the members that share
    tickets with it; then what is left of the slices against an intent that is new, too.
    """
    members = incident.members.keys() - incident.recovered if incident is not None else set[Cell]()
    told, new = members - shadows_before(incident).keys(), broken - members
    known = explained_before(incident, moved) if incident is not None else set[Cell]()
    of_told = {cell for cell in new if cell.whole in told}
    slices = explained_slices(transaction, of_told, broken & told, pages, known)
    found = _shadows(transaction, incident, broken - slices.keys(), moved, cells, pages)
    rest = new - of_told - found.keys()
    slices |= explained_slices(transaction, rest, broken - found.keys(), pages, known)
    # What is on the line of its intent explains nothing beside that.
    return NotTold(slices, {cell: by for cell, by in found.items() if not slices.keys() & set(by.cells)})


def _shadows(
    transaction: CellOutcomes,
    incident: OpenIncident | None,
    broken: Set[Cell],
    moved: Set[Cell],
    cells: Mapping[Cell, CellState],
    pages: Mapping[Cell, Signal],
) -> Shadows:
    """Those of the broken cells that others explain: of new ones, and of such as were before and have moved.

    A member that people were told of stays one. What explains are members that are none themselves, recovered or not,
    and new ones, the narrower and the lower first: a slice may explain its intent and another slice, an intent its
    group.
    """
    known = shadows_before(incident)
    members = incident.members.keys() - incident.recovered if incident is not None else set[Cell]()
    causes = [cell for cell in incident.members if cell not in known] if incident is not None else []
    found: Shadows = {}
    for cell in sorted(broken, key=lambda cell: _narrow_and_low_first(cells[cell])):
        if cell in members and cell not in known:
            continue
        if cell in members and cell not in moved:
            found[cell] = known[cell]
            continue
        others = [cause for cause in causes if _may_explain(cause, cell)]
        explained = _look(transaction, cells[cell], pages.get(cell), others)
        if explained is not None:
            found[cell] = explained
        elif cell not in causes:
            causes.append(cell)
    return found


def _look(
    transaction: CellOutcomes, state: CellState, page: Signal | None, causes: Collection[Cell]
) -> ExplainedBy | None:
    """Outcomes are read only where another member may explain them."""
    if page is None or not causes:
        return None
    outcomes = transaction.outcomes_before(state.cell, transaction.seen_upto() + 1, LOOKED_AT)
    return explained_outside(state, page, outcomes, list(causes))


def _may_explain(cause: Cell, cell: Cell) -> bool:
    """Whether some of a cell's tickets, and not all of them by what the two are, lie in another one."""
    if cause == cell or cause.model != cell.model or cause.group is not None:
        return False
    if cell.group is not None:
        return True
    return cause.intent == cell.intent and bool(cause.slice_text)


def _narrow_and_low_first(state: CellState) -> tuple[int, float, Cell]:
    cell, recall = state.cell, state.labels.reading.recall
    width = 2 if cell.group is not None else 0 if cell.slice_text else 1
    return width, (recall if recall is not None else 1.0) - (state.held.floor or 0.0), cell
