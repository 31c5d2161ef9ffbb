"""What a person ended and no label has confirmed or contradicted since: read for `status`."""

import math
from collections.abc import Container, Iterable, Sequence

from monitor.domain.incidents.history import ended_by_person
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.missed import count
from monitor.domain.recall.reading import reading
from monitor.domain.recall.weights import Weighed
from monitor.domain.slices.cells import Cell
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.status import RecallSince, StatusStore, UnconfirmedEnd


def unconfirmed_ends(
    status: StatusStore, states: Sequence[CellState], incidents: Iterable[IncidentStatus]
) -> list[UnconfirmedEnd]:
    """The ends by a person that the recovery's bet has not confirmed, and no new page contradicted; newest first.

    Of each cell the last incident it was in counts. Costs: a look at the outcomes since, of such cells alone.
    """
    waiting = {state.cell: state for state in states if state.unconfirmed}
    found = []
    for incident in incidents if waiting else ():
        ours = [waiting.pop(member.cell) for member in incident.members if member.cell in waiting]
        by_person = ended_by_person(incident.history) if incident.state == IncidentState.RESOLVED else None
        if not ours or by_person is None or incident.closed_at is None:
            continue
        recalls = [_since(status, state, incident) for state in ours]
        found.append(
            UnconfirmedEnd(incident.id, by_person.who, incident.closed_at, sorted(recalls, key=_worst_first))
        )
    return found


def of_cells(ends: Iterable[UnconfirmedEnd], cells: Container[Cell]) -> list[UnconfirmedEnd]:
    """The same of these cells alone."""
    left = [end._replace(recalls=[recall for recall in end.recalls if recall.cell in cells]) for end in ends]
    return [end for end in left if end.recalls]


def _since(status: StatusStore, state: CellState, incident: IncidentStatus) -> RecallSince:
    """A cell's recall over the tickets since the end, with an interval that may be looked at all the time."""
    weighed, least = Weighed(), state.labels.min_probability
    detector, at = state.bet.detector, incident.closed_at
    behind = max(detector.ends, default=-1) if detector is not None else -1
    outcomes = status.outcomes_behind(state.cell, behind, at) if at is not None else []
    for outcome in outcomes:
        count(weighed, outcome, weighted=state.bet.weighted, min_probability=least)
    value, interval, *_ = reading(weighed, least, design_effect=state.labels.design_effect)
    return RecallSince(state.cell, None if value is None else Estimate(value, *interval), len(outcomes))


def _worst_first(recall: RecallSince) -> float:
    return recall.recall.value if recall.recall is not None else math.inf
