"""What people see of incidents: which there were, whom they befell, and what became of them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from monitor.domain.incidents.deploys import Deploy
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts


class AskedIncidents(StrEnum):
    """Which incidents somebody asks for: those that are open or closed, or in one state."""

    OPEN = "open"
    CLOSED = "closed"
    OPENED = IncidentState.OPENED.value
    ACKNOWLEDGED = IncidentState.ACKNOWLEDGED.value
    RESOLVED = IncidentState.RESOLVED.value
    RETRACTED = IncidentState.RETRACTED.value


class IncidentStatus(NamedTuple):
    """An incident, its members as last told, its history, and the deploys soon before its members' onsets."""

    id: int
    model_name: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    members: Sequence[MemberFacts]
    history: Sequence[HistoryLine]
    deploys: Sequence[Deploy] = ()


class IncidentRecords(Protocol):
    """What the database says of incidents. Reads only."""

    def all(self, *, open_only: bool = False) -> Sequence[IncidentStatus]:
        """Every incident, newest first."""
        ...

    def part(self, asked: AskedIncidents | None, first: int, most: int) -> Sequence[IncidentStatus]:
        """So many at `most` of those that are asked for (None: of all), newest first, the `first` of them left out."""
        ...

    def count(self, asked: AskedIncidents | None) -> int:
        """How many such there are; nothing else of them is read."""
        ...

    def of_cell(self, cell: Cell, most: int) -> tuple[Sequence[IncidentStatus], Sequence[int]]:
        """The incidents that had a cell as a member, newest first: so many at `most`, and the numbers of the others."""
        ...

    def numbered(self, number: int) -> IncidentStatus | None:
        """The incident with this number; None where there is none."""
        ...
