"""Incidents by the names that other systems have for them."""

from datetime import datetime
from typing import Protocol


class IncidentsElsewhere(Protocol):
    """Which incident of ours is meant. `system` is the other one, such as PagerDuty, `name` its id of an incident."""

    def by_key(self, key: str) -> int | None:
        """The incident whose notices have this dedup key; None where none has."""
        ...

    def opened_at(self, number: int) -> datetime | None:
        """When that incident was opened last, reopened included; None where there is none."""
        ...

    def by_name(self, system: str, name: str) -> int | None:
        """The incident that goes by this name there, as far as was remembered."""
        ...

    def remember(self, system: str, name: str, number: int) -> None:
        """Keep what it is called there; the first word holds."""
        ...
