"""What people ask of one cell: how it did over time, where its misses go, what else is known of its intent."""

from monitor.domain.analysis.timeline import LabelDelays, delays, timeline
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import Start
from monitor.errors import NotFoundError
from monitor.review.ports.analyses import AnalysisStore
from monitor.review.ports.cell import CellLook
from monitor.review.ports.incidents import IncidentRecords
from monitor.review.ports.status import Overview

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
    live = tickets.tickets(cell, intents)
    steps = timeline(
        live.tickets,
        _NEVER,
        _NEVER,
        weighted=state.bet.weighted,
        min_probability=state.labels.min_probability,
        older=(live.older_hits, live.older_misses),
    )
    began = live.tickets[0].ts if live.tickets else None
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
        [each for each in records.all() if any(member.cell == cell for member in each.members)],
        overview.days_observed.get(cell.model, 0.0),
    )


def _other_version(other: Cell, cell: Cell) -> bool:
    place = (cell.model.name, cell.model.environment, cell.intent, cell.slice_text)
    theirs = (other.model.name, other.model.environment, other.intent, other.slice_text)
    return place == theirs and other != cell
