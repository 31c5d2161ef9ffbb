"""An incident's number in; its missed tickets, each once, out."""

from monitor.domain.telling.patterns import fits_pattern
from monitor.domain.text.nearest import did_you_mean
from monitor.errors import NotFoundError
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.missed_tickets import MissedTicket, MissedTickets


def missed_tickets(
    store: MissedTickets, incident: IncidentStatus, pattern: str = "", most: int | None = None
) -> list[MissedTicket]:
    """The missed tickets of an incident's members since their onsets, the newest first; so many at `most`.

    A ticket that several members share, as an intent and its slice do, is named once, with the first of them.
    `pattern` fits members' names, with `*` and `?`.

    Raises:
        NotFoundError: the pattern fits no member.
    """
    members = [
        member for member in incident.members if not pattern or fits_pattern(str(member.cell), pattern)
    ]
    if pattern and not members:
        names = sorted({str(member.cell) for member in incident.members})
        meant = did_you_mean(pattern, names) or f"; there is {', '.join(names)}"
        raise NotFoundError([f"--cell {pattern}: incident {incident.id} has no such member{meant}"])
    found: dict[tuple[str, str], MissedTicket] = {}
    for member in members:
        for ticket in store.since_onset(incident.id, member, most):
            found.setdefault((str(ticket.cell.model), ticket.prediction_id), ticket)
    by_id = sorted(found.values(), key=lambda ticket: ticket.prediction_id)
    return sorted(by_id, key=lambda ticket: ticket.predicted_at, reverse=True)[:most]
