"""Where the evaluator keeps tallies, bets and incidents: one view, one save."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.detector import Detector
from monitor.domain.events.types import Design, Model, Outcome
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.notices import MemberFacts, Notice
from monitor.domain.telling.silences import Silence
from monitor.incidents.ports import OpenIncident


class RevisedOutcome(NamedTuple):
    """An outcome that was counted before and now reads otherwise; None where it did not, or does not, count."""

    before: Outcome | None
    after: Outcome | None


class CellHits(NamedTuple):
    """Some of a cell's outcomes in their order: seq, hit or not, and (design, pi) where it was asked for."""

    seqs: Sequence[int]
    hits: Sequence[bool]
    chosen: Sequence[tuple[Design, float | None]] = ()


class Delays(NamedTuple):
    """How long labels took, in seconds, for hits and for misses."""

    hits: list[float]
    misses: list[float]


class EvaluationTransaction(Protocol):
    """One evaluation's view of the data, unchanging while it lasts, and its writes, saved together."""

    def latest_event(self) -> datetime | None:
        """The latest time any event carried."""
        ...

    def cells(self) -> Sequence[CellState]:
        """Every cell seen so far."""
        ...

    def models(self) -> Mapping[Model, ModelState]:
        """Every model seen so far."""
        ...

    def active_anchors(self) -> Mapping[Model, Anchor]:
        """The anchor each model is held to."""
        ...

    def evaluated_seq(self) -> int:
        """The last outcome counted by an evaluation; 0 before the first."""
        ...

    def revisions(self) -> Sequence[RevisedOutcome]:
        """Corrections, since the last evaluation, of outcomes that had been counted by then."""
        ...

    def outcomes(self, after: int, limit: int) -> Sequence[Outcome]:
        """The next outcomes in their order, those taken back left out."""
        ...

    def seen_upto(self) -> int:
        """The last outcome that `outcomes` looked at, also if it was taken back."""
        ...

    def cell_outcomes(self, cell: Cell, after: int, upto: int) -> Iterator[Sequence[Outcome]]:
        """A cell's outcomes with after < seq <= upto, in their order, a chunk at a time."""
        ...

    def cell_hits(self, cell: Cell, after: int, upto: int, *, chosen: bool = False) -> Iterator[CellHits]:
        """The same outcomes, as little of them as a replay needs; with `chosen` also how they were chosen."""
        ...

    def recount(self, cell: Cell, upto: int, min_probability: float) -> Tally:
        """The tally of a cell's outcomes with seq <= upto, counted afresh, weights capped at 1/min_probability."""
        ...

    def delays(self, model: Model, intent: str, limit: int) -> Delays:
        """How long the labels of the intent's newest outcomes took."""
        ...

    def traffic(self, model: Model, before: datetime) -> Mapping[str, int]:
        """A model's predictions made before then (to the hour), by predicted intent."""
        ...

    def prediction_hours(self, model: Model, since: datetime) -> Mapping[int, int]:
        """A model's predictions of each hour, counted since 1970 (UTC), from then on."""
        ...

    def prediction_time(self, seq: int) -> datetime | None:
        """When the prediction behind an outcome was made."""
        ...

    def labelled_share(self, model: Model, since: datetime) -> float:
        """The share of a model's predictions since then (to the hour) that have an outcome."""
        ...

    def checkpoint_before(self, cell: Cell, seq: int) -> Detector | None:
        """The cell's latest saved state that has not seen outcome `seq`."""
        ...

    def checkpoints_from(self, cell: Cell, seq: int) -> Iterator[Detector]:
        """The cell's saved states that have seen outcome `seq`, in their order; they may be saved anew."""
        ...

    def save_checkpoint(self, cell: Cell, detector: Detector) -> None:
        """Keep a state for later corrections."""
        ...

    def drop_checkpoints(self, cell: Cell, since: int) -> None:
        """Forget the states that have seen outcome `since`."""
        ...

    def record_plan(self, at: datetime, because: str, plan: Mapping[str, Sequence[float]]) -> None:
        """Keep a plan of the budget: cell -> (threshold, share)."""
        ...

    def save(self, cells: Iterable[CellState], models: Mapping[Model, ModelState]) -> None:
        """Write what is now known of the cells and models."""
        ...

    def finish(self, upto: int) -> None:
        """Everything up to this outcome, and every correction seen, has been counted."""
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

    def reopen_incident(self, incident: int) -> None:
        """It is open once more; nobody was told of any member yet."""
        ...

    def new_incident(self, model_name: str, environment: str, at: datetime) -> OpenIncident:
        """Open one, with the next opening number and no members yet."""
        ...

    def save_members(
        self, incident: int, facts: Iterable[MemberFacts], recovered: Iterable[Cell], at: datetime
    ) -> None:
        """Add members or renew their facts; mark who recovered or was withdrawn."""
        ...

    def mark_told(self, incident: int, cells: Iterable[Cell], at: datetime) -> None:
        """People are told of these members."""
        ...

    def set_state(self, incident: int, state: str) -> None:
        """It stays open, in another state."""
        ...

    def close_incident(self, incident: int, state: str, at: datetime) -> None:
        """The incident is over."""
        ...

    def silences(self, now: datetime) -> Sequence[Silence]:
        """The silences that have not ended."""
        ...

    def note(self, incident: int, at: datetime, who: str, what: str, why: str) -> None:
        """One more line of its history."""
        ...

    def enqueue(self, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None) -> None:
        """Write the intent to send this to each sink; it is sent only after this is saved, and then."""
        ...


class EvaluationStore(Protocol):
    """Where the evaluator keeps its work."""

    def evaluation(self) -> AbstractContextManager[EvaluationTransaction]:
        """One evaluation: saved together at the end, or, on any exception, not at all.

        Raises:
            LeaseHeldError: another evaluator is at work.
        """
        ...
