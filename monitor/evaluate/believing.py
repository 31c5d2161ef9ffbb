"""How far the misses are believed that only one person read; found seldom, and kept with the cell between."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.believed import Believed
from monitor.domain.labelling.readings import TicketReadAgain, believed_at_last_look
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports import CountingTransaction, RevisedOutcome
from monitor.incidents.isolation import Isolation
from monitor.settings.settings import Settings


class Readings:
    """The second readings of the models of which any came, or anything where none has changed how a cell is judged.

    A correction counts as such: it may change what the first reader said.
    """

    def __init__(
        self,
        transaction: CountingTransaction,
        cells: Collection[CellState],
        outcomes: Sequence[Outcome],
        revisions: Sequence[RevisedOutcome],
    ) -> None:
        self._transaction = transaction
        believing = {state.cell.model for state in cells if state.held.believed}
        wanted = {part.model for revision in revisions for part in revision if part is not None}
        wanted |= {
            each.model for each in outcomes if each.first_intent is not None or each.model not in believing
        }
        self._tickets = {model: _by_intent(transaction.read_again(model)) for model in sorted(wanted)}
        self._believed: dict[Cell, tuple[Believed, ...] | None] = {}

    def __contains__(self, model: Model) -> bool:
        return model in self._tickets

    def believed(self, whole: Cell) -> tuple[Believed, ...] | None:
        """How far an intent's misses are believed, for its slices too; looked up once."""
        if whole not in self._believed:
            tally = partial(
                self._transaction.recount, whole, min_probability=1.0
            )  # only its counts are asked for
            known = believed_at_last_look(
                whole.intent, self._tickets[whole.model].get(whole.intent, ()), tally
            )
            self._believed[whole] = (known,) if known is not None else None
        return self._believed[whole]


def believe(
    cells: dict[Cell, CellState], readings: Readings, settings: Settings, isolation: Isolation
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


def _by_intent(tickets: Iterable[TicketReadAgain]) -> Mapping[str, Sequence[TicketReadAgain]]:
    """Those that the first reader gave an intent, or the label that holds does; in their order."""
    found: defaultdict[str, list[TicketReadAgain]] = defaultdict(list)
    for each in tickets:
        for intent in {each.first_intent, each.intent}:
            found[intent].append(each)
    return found


def _believed(
    state: CellState, cells: Mapping[Cell, CellState], readings: Readings, settings: Settings
) -> tuple[Believed, ...] | None:
    cell, members = state.cell, state.held.members
    if settings.labels.slip_rate != "auto":
        return None
    if members is not None:
        parts = [cells.get(Cell(cell.model, intent)) for intent in members.intents]
        single = [part.held.believed or () for part in parts if part is not None]
        return tuple(each for found in single for each in found) or None
    if cell.model in readings:
        return readings.believed(cell.whole)
    return believed_by_joining(state, cells)


def believed_by_joining(state: CellState, cells: Mapping[Cell, CellState]) -> tuple[Believed, ...] | None:
    """How far a slice's misses are believed that was not bet on yet: as its intent's; of other cells as they were."""
    whole = cells.get(state.cell.whole)
    if state.cell.slice is None or state.bet.detector is not None or whole is None:
        return state.held.believed
    return whole.held.believed
