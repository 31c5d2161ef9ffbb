"""What incidents are read from and written to within an evaluation."""

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.events.types import Model
from monitor.domain.incidents.history import IncidentBefore
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.incidents.isolation import Savepoints
from monitor.incidents.ports.cells import CellOutcomes, CellStates
from monitor.incidents.ports.oncall import OnCallStore, OnCallTransaction, OpenIncident


class PredictionsSince(NamedTuple):
    """Predictions, and how many of them have an outcome."""

    predictions: int
    labelled: int


class IncidentTransaction(CellStates, CellOutcomes, OnCallTransaction, Savepoints, Protocol):
    """What incidents need within an evaluation's transaction: what it writes is saved with the evaluation."""

    def predictions_since(self, model: Model, since: datetime) -> PredictionsSince:
        """A model's predictions since then (to the hour), and how many of them have an outcome by now."""
        ...

    def drawn_since(self, model: Model, since: datetime, seq: int) -> Mapping[float | None, int]:
        """With which probability its outcomes from that one on, of predictions since then, were drawn; how many."""
        ...

    def noted_early(self, model: Model, intent: str, onset: datetime) -> datetime | None:
        """When people were told of a note before any label about an intent, which was not over before that onset."""
        ...

    def known_sinks(self) -> Set[str]:
        """The sinks that were ever configured while something was judged."""
        ...

    def keep_sinks(self, names: Iterable[str], at: datetime) -> None:
        """Remember sinks, and since when."""
        ...

    def open_incidents(self) -> Sequence[OpenIncident]:
        """Every incident that is open."""
        ...

    def open_incident(self, model_name: str, environment: str) -> OpenIncident | None:
        """The incident that is open for a model in an environment."""
        ...

    def lately_closed(self, model_name: str, environment: str, since: datetime) -> OpenIncident | None:
        """The last incident of a model in an environment, if it was closed then or later."""
        ...

    def ended_before(self, model_name: str, environment: str, cells: Iterable[Cell]) -> IncidentBefore | None:
        """The newest incident that was resolved and had one of these intents or slices, of whichever version."""
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

    def close_incident(self, incident: int, state: str, at: datetime) -> None:
        """The incident is over."""
        ...


class IncidentStore(OnCallStore, Protocol):
    """Where incidents are kept with the cells that they are about."""

    def evaluation(self) -> AbstractContextManager[IncidentTransaction]:
        """One transaction: saved together at the end, or, on any exception, not at all.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...
