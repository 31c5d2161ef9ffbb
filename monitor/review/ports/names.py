"""Which names a database knows, for whoever types one."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from monitor.domain.slices.cells import Cell


class IncidentHeading(NamedTuple):
    """An incident's number, the model it befell, and how it stands."""

    number: int
    model_name: str
    state: str


class NameRecords(Protocol):
    """What the database has names for. Reads only."""

    def cells(self) -> Sequence[Cell]:
        """The cells that were judged, and those that an anchor promises something of; each once, in order."""
        ...

    def incidents(self) -> Sequence[IncidentHeading]:
        """Every incident, newest first."""
        ...
