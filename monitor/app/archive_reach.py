"""How far an archive reaches, and what is asked beyond that: told before anything is read."""

from connectors.lake.manifest import reach_of
from monitor.app.lakes import archive_at
from monitor.domain.events.archive_reach import ArchiveReach
from monitor.domain.weekly.calendar import Week
from monitor.errors import ConfigError
from monitor.settings.archive import without_keys
from reports.figures import moment


def archive_reach(archive: str) -> ArchiveReach:
    """From when to when its predictions are whole.

    Raises:
        ConfigError: it is no archive, or it holds no predictions yet.
        UnavailableError: it is out of reach.
    """
    place = archive_at(archive)
    reach = reach_of(place.manifest())
    if reach is None:
        raise ConfigError(
            [
                f"the archive {place.place.url} holds no predictions yet, or its first writing did not end; "
                "`anchorwatch archive` writes what is due, and without --archive the database is read"
            ]
        )
    return reach


def require_week(archive: str, reach: ArchiveReach, week: Week) -> None:
    """See to it that a week's predictions are all in an archive.

    Raises:
        ConfigError: the archive ends before the week does, or begins after it.
    """
    where = f"the archive {without_keys(archive)}"
    if week.end > reach.until:
        raise ConfigError(
            [
                f"{where} holds predictions made before {moment(reach.until)}, and week {week} ends"
                f" {moment(week.end)}; `report weekly` without --archive reads the database"
            ]
        )
    if week.end <= reach.begin:
        raise ConfigError(
            [
                f"{where} holds predictions made from {moment(reach.begin)} on, and week {week} ends"
                f" {moment(week.end)}; ask for a later one"
            ]
        )
