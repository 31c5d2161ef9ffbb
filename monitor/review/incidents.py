"""What people ask of an incident."""

from monitor.errors import NotFoundError
from monitor.review.ports.incidents import IncidentRecords, IncidentStatus


def incident_of(records: IncidentRecords, number: int) -> IncidentStatus:
    """The incident with this number.

    Raises:
        NotFoundError: there is none.
    """
    incident = records.numbered(number)
    if incident is None:
        raise NotFoundError([f"there is no incident {number}; `anchorwatch incident list` shows them all"])
    return incident
