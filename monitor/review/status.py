"""What people ask of the database as it stands."""

from monitor.errors import ConfigError
from monitor.review.ports import IncidentStatus, Overview, StatusStore
from monitor.settings.settings import Settings


def incident_of(status: StatusStore, number: int) -> IncidentStatus:
    """The incident with this number.

    Raises:
        ConfigError: there is none.
    """
    for incident in status.incidents():
        if incident.id == number:
            return incident
    raise ConfigError([f"there is no incident {number}; `anchorwatch incident list` shows them all"])


def overview(status: StatusStore, settings: Settings, database: str) -> Overview:
    """Everything as it was last judged; `database` is its address."""
    return Overview(
        status.cells(),
        status.event_counts(),
        status.labels_waiting(),
        status.complaints(),
        settings.limits.intents,
        {rule.name: rule.cap for rule in settings.slices},
        database,
        status.judged_at(),
        status.released(),
    )
