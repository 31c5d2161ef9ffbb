"""What people ask of one cell: how it did over time, where its misses go, what else is known of its intent."""

from monitor.domain.analysis.label_days import label_days
from monitor.domain.analysis.timeline import LabelDelays, delays, timeline
from monitor.domain.events.microseconds import from_us
from monitor.domain.judging.course import BetOutcomes, BetStep, course
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import Start
from monitor.errors import NotFoundError
from monitor.review.ports.analyses import AnalysisStore, CellTickets
from monitor.review.ports.cell import CellLook
from monitor.review.ports.incidents import IncidentRecords
from monitor.review.ports.status import Overview

MOST_BET_ON = 5_000  # outcomes whose bet is made again for a picture
INCIDENTS = 20  # of a cell, as many as fit on a screen
_NEVER = -1  # no outcome has this number


def look_at(tickets: AnalysisStore, records: IncidentRecords, overview: Overview, cell: Cell) -> CellLook:
    """Everything about a cell; its cost is its tickets, the newest 20,000.

    Raises:
        NotFoundError: there is no such cell.
    """
    everywhere = [*overview.cells, *overview.beside]
    status = next((each for each in everywhere if each.state.cell == cell), None)
    if status is None:
        raise NotFoundError(
            [f"there is no {cell} of {cell.model}; `anchorwatch status --all` shows what there is"]
        )
    state = status.state
    intents = state.held.members.intents if state.held.members is not None else ()
    live = tickets.columns(cell, intents)
    steps = timeline(
        live.tickets.by_prediction(),
        _NEVER,
        _NEVER,
        weighted=state.bet.weighted,
        min_probability=state.labels.min_probability,
        older=(live.older_hits, live.older_misses),
        predicted=True,
    )
    incidents, older = records.of_cell(cell, INCIDENTS)
    began = from_us(int(live.tickets.ts_us[0])) if len(live.tickets) else None
    return CellLook(
        status,
        steps,
        delays(live.tickets, Start(began, _NEVER))
        if began is not None
        else LabelDelays(None, None, None, None),
        [
            each
            for each in everywhere
            if each.state.cell.whole == cell.whole and each.state.cell != cell and cell.group is None
        ],
        [each for each in everywhere if _other_version(each.state.cell, cell)],
        incidents,
        overview.days_observed.get(cell.model, 0.0),
        _course(state, live),
        label_days(live.tickets),
        from_us(int(live.tickets.known_us[-1])) if len(live.tickets) else None,
        older,
        overview.corrected.get(cell),
    )


def _course(state: CellState, live: CellTickets) -> list[BetStep]:
    tickets = live.tickets
    if len(tickets) > MOST_BET_ON or live.older_hits + live.older_misses:
        return []
    outcomes = BetOutcomes(
        tickets.seq.tolist(),
        tickets.hit.tolist(),
        tickets.known_us.tolist(),
        [tickets.kinds[place] for place in tickets.chosen.tolist()],
        tickets.agreed.tolist(),
    )
    return course(state, outcomes)


def _other_version(other: Cell, cell: Cell) -> bool:
    place = (cell.model.name, cell.model.environment, cell.intent, cell.slice_text)
    theirs = (other.model.name, other.model.environment, other.intent, other.slice_text)
    return place == theirs and other != cell
