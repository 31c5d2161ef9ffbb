"""What people ask of the database as it stands."""

from monitor.errors import ConfigError
from monitor.review.ports import IncidentStatus, StatusStore


def incident_of(status: StatusStore, number: int) -> IncidentStatus:
    """The incident with this number.

    Raises:
        ConfigError: there is none.
    """
    for incident in status.incidents():
        if incident.id == number:
            return incident
    raise ConfigError([f"there is no incident {number}; `anchorwatch incident list` shows them all"])
