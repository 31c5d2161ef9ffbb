"""What incidents are read from and written to, in one transaction, and where silences are kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.events.types import Model, Outcome
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import Silence
from monitor.incidents.isolation import Savepoints


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


class CellStates(Protocol):
    """What is known of the cells that incidents are about."""

    def cells(self) -> Sequence[CellState]:
        """Every cell seen so far."""
        ...

    def models(self) -> Mapping[Model, ModelState]:
        """Every model seen so far."""
        ...

    def save(self, cells: Iterable[CellState], models: Mapping[Model, ModelState]) -> None:
        """Write what is now known of the cells and models."""
        ...


class CellOutcomes(Protocol):
    """The outcomes behind the cells."""

    def evaluated_seq(self) -> int:
        """The last outcome counted by an evaluation; 0 before the first."""
        ...

    def seen_upto(self) -> int:
        """The last outcome that this transaction has looked at, also if it was taken back."""
        ...

    def cell_outcomes(self, cell: Cell, after: int, upto: int) -> Iterator[Sequence[Outcome]]:
        """A cell's outcomes with after < seq <= upto, in their order, a chunk at a time."""
        ...


class IncidentTransaction(CellStates, CellOutcomes, Savepoints, Protocol):
    """What incidents need within an evaluation's transaction: what it writes is saved with the evaluation."""

    def labelled_share(self, model: Model, since: datetime) -> float:
        """The share of a model's predictions since then (to the hour) that have an outcome."""
        ...

    def open_incident(self, model_name: str, environment: str) -> OpenIncident | None:
        """The incident that is open for a model in an environment."""
        ...

    def incident(self, number: int) -> OpenIncident | None:
        """An incident by its number, open or not."""
        ...

    def lately_closed(self, model_name: str, environment: str, since: datetime) -> OpenIncident | None:
        """The last incident of a model in an environment, if it was closed then or later."""
        ...

    def new_incident(self, model_name: str, environment: str, at: datetime) -> OpenIncident:
        """Open one, with the next opening number and no members yet."""
        ...

    def reopen_incident(self, incident: int) -> None:
        """It is open once more; nobody was told of any member yet."""
        ...

    def save_members(
        self, incident: int, facts: Iterable[MemberFacts], recovered: Iterable[Cell], at: datetime
    ) -> None:
        """Add members or renew their facts; mark who recovered or was withdrawn."""
        ...

    def mark_announced(self, incident: int, cells: Iterable[Cell], at: datetime) -> None:
        """People are told of these members."""
        ...

    def set_state(self, incident: int, state: str) -> None:
        """It stays open, in another state."""
        ...

    def close_incident(self, incident: int, state: str, at: datetime) -> None:
        """The incident is over."""
        ...

    def note(self, incident: int, line: HistoryLine) -> None:
        """One more line of its history."""
        ...

    def silences(self, now: datetime) -> Sequence[Silence]:
        """The silences that have not ended."""
        ...

    def enqueue(self, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None) -> None:
        """Write the intent to send this to each sink; it is sent only after this is saved, and then."""
        ...


class IncidentStore(Protocol):
    """Where incidents are kept. They are the evaluator's, so nobody writes beside it."""

    def evaluation(self) -> AbstractContextManager[IncidentTransaction]:
        """One transaction: saved together at the end, or, on any exception, not at all.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...


class SilenceStore(Protocol):
    """Where silences are kept, also those that have ended."""

    def add(
        self, matchers: Mapping[str, str], author: str, reason: str, begins: datetime, ends: datetime
    ) -> Silence:
        """Keep one; it holds from the next evaluation on.

        Raises:
            ConfigError: as many hold already as an evaluation can be asked to look at.
        """
        ...

    def all(self) -> Sequence[Silence]:
        """Every silence there ever was, newest first."""
        ...

    def expire(self, number: int, at: datetime) -> Silence | None:
        """End one now; None if there is no such silence, or it had ended."""
        ...
