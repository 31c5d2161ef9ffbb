"""What incidents are read from and written to, within an evaluation's transaction, and where silences are kept."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.notices import MemberFacts
from monitor.domain.telling.silences import Silence


class OpenIncident(NamedTuple):
    """An incident, and its members' latest facts; `recovered` members no longer count.

    People were told of the members in `told` since it was opened last; `sinks` are those that heard of it.
    """

    id: int
    model_name: str
    environment: str
    state: str
    dedup_key: str
    times_opened: int
    members: Mapping[Cell, MemberFacts]
    recovered: Set[Cell]
    told: Set[Cell]
    sinks: Set[str]


class SilenceStore(Protocol):
    """Where silences are kept, also those that have ended."""

    def add(
        self, matchers: Mapping[str, str], author: str, reason: str, begins: datetime, ends: datetime
    ) -> Silence:
        """Keep one; it holds from the next evaluation on."""
        ...

    def all(self) -> Sequence[Silence]:
        """Every silence there ever was, newest first."""
        ...

    def expire(self, number: int, at: datetime) -> Silence | None:
        """End one now; None if there is no such silence, or it had ended."""
        ...
