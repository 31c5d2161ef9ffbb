"""How far the misses are believed that only one person read; found seldom, and kept with the cell between."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.believed import FIRST, Believed, believed, due
from monitor.domain.labelling.readings import ReadAgainCount, misses_read_again
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports import CountingTransaction, RevisedOutcome
from monitor.incidents.isolation import Isolation
from monitor.settings.settings import Settings

KnownReadings = Mapping[Model, Sequence[ReadAgainCount]]


def readings_of(
    transaction: CountingTransaction,
    cells: Collection[CellState],
    outcomes: Sequence[Outcome],
    revisions: Sequence[RevisedOutcome],
) -> KnownReadings:
    """The second readings of the models of which any came, or anything where none has changed how a cell is judged."""
    parts = [*outcomes, *(part for revision in revisions for part in revision if part is not None)]
    believing = {state.cell.model for state in cells if state.held.believed}
    wanted = {part.model for part in parts if part.first_intent is not None or part.model not in believing}
    return {model: transaction.read_again(model) for model in sorted(wanted)}


def believe(
    cells: dict[Cell, CellState], readings: KnownReadings, settings: Settings, isolation: Isolation
) -> set[Cell]:
    """Bring up to date how far every cell's misses are believed; the cells whose bet must be made anew for it.

    A slice goes by its whole intent, a group by its members. While a page stands it stays as it is, and so does that.
    """
    afresh: set[Cell] = set()
    for cell, state in sorted(cells.items(), key=lambda item: item[0].group is not None):  # groups last
        if state.bet.broken:
            continue
        known = state.held.believed
        found = isolation.attempt(cell, partial(_believed, state, cells, readings, settings), known)
        if found != known:
            cells[cell] = replace(state, held=replace(state.held, believed=found))
            afresh.add(cell)
    return afresh


def _believed(
    state: CellState, cells: Mapping[Cell, CellState], readings: KnownReadings, settings: Settings
) -> tuple[Believed, ...] | None:
    cell, members = state.cell, state.held.members
    if settings.labels.slip_rate != "auto":
        return None
    if members is not None:
        parts = [cells.get(Cell(cell.model, intent)) for intent in members.intents]
        single = [part.held.believed or () for part in parts if part is not None]
        return tuple(each for found in single for each in found) or None
    known = state.held.believed[0] if state.held.believed else None
    if cell.model not in readings:
        return state.held.believed
    tally = cells.get(cell.whole, state).labels.tally
    misses = misses_read_again(cell.intent, readings[cell.model], tally.hits, tally.support - tally.hits)
    if not due(known, misses.read):
        return state.held.believed
    return (believed(cell.intent, *misses),) if misses.read >= FIRST else None
