"""An incident's members made silent: all of them, or where that cannot be, none."""

from datetime import datetime

from connectors.sql.database import atomic
from monitor.app.oncall_stores import OnCallStores
from monitor.domain.telling.silences import Silence
from monitor.incidents.silencing import silence_cells
from monitor.review.incidents import incident_of


def silence_members(
    stores: OnCallStores, incident: int, who: str, why: str, until: str, now: datetime
) -> list[Silence]:
    """Keep quiet about its members and nothing else, until then (`8h`, or an ISO 8601 time): a silence for each.

    Raises:
        NotFoundError: there is no such incident.
        InputError: author, reason or end will not do.
        ConfigError: there would be too many silences.
    """
    cells = [member.cell for member in incident_of(stores.incidents, incident).members]
    with atomic(stores.engine):
        return silence_cells(stores.silences, cells, who, why, until, now)
