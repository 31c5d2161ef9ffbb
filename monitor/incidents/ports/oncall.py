"""What a person's word about an incident is read from and written to: no cell is judged for it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.events.types import Model
from monitor.domain.incidents.deploys import Deploy
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import Silence


class OpenIncident(NamedTuple):
    """An incident, and its members' latest facts; `recovered` members no longer count.

    People were told of the members in `announced` since it was opened last; `sinks` are those that heard of it.
    """

    id: int
    model_name: str
    environment: str
    state: str
    dedup_key: str
    times_opened: int
    members: Mapping[Cell, MemberFacts]
    recovered: Set[Cell]
    announced: Set[Cell]
    sinks: Set[str]


class AnnouncingTransaction(Protocol):
    """What telling people of an incident needs."""

    def silences(self, now: datetime) -> Sequence[Silence]:
        """The silences that have not ended."""
        ...

    def deploys(self, model_name: str, members: Sequence[MemberFacts]) -> Sequence[Deploy]:
        """The deploys of a model soon before the onset of one of these falls, by time."""
        ...

    def note(self, incident: int, line: HistoryLine) -> None:
        """One more line of its history."""
        ...

    def mark_announced(self, incident: int, cells: Iterable[Cell], at: datetime) -> None:
        """People are told of these members."""
        ...

    def enqueue(self, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None) -> None:
        """Write the intent to send this to each sink; it is sent only after this is saved, and then."""
        ...


class OnCallTransaction(AnnouncingTransaction, Protocol):
    """What a person's word about an incident needs."""

    def incident(self, number: int) -> OpenIncident | None:
        """An incident by its number, open or not."""
        ...

    def acknowledgement(self, number: int) -> HistoryLine | None:
        """The last line of an incident's history that says somebody is on it."""
        ...

    def set_state(self, incident: int, state: str) -> None:
        """It stays open, in another state."""
        ...

    def released(self, model: Model) -> datetime | None:
        """When a model's first prediction was made, as the last evaluation saved it; None before one."""
        ...


class OnCallStore(Protocol):
    """Where incidents are kept. They are the evaluator's, so nobody writes beside it."""

    def evaluation(self) -> AbstractContextManager[OnCallTransaction]:
        """One transaction: saved together at the end, or, on any exception, not at all.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...
