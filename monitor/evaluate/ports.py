"""What each step of an evaluation reads and writes, and the one transaction that saves it all together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol

from typing_extensions import override

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.detector import Detector
from monitor.domain.detection.early import EarlyBet
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.detection.money import Purse
from monitor.domain.detection.scores import ScoreDay
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.cell_hits import CellHits
from monitor.domain.labelling.clustering import Burst
from monitor.domain.labelling.readings import TicketReadAgain
from monitor.domain.recall.tally import Tally
from monitor.domain.sampling.skipping import DrawnOrLabelled
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports_due import DueCells as DueCells
from monitor.evaluate.ports_due import RestedOn as RestedOn
from monitor.incidents.ports.cells import CellOutcomes
from monitor.incidents.ports.early import EarlyTelling
from monitor.incidents.ports.transaction import IncidentStore, IncidentTransaction


class RevisedOutcome(NamedTuple):
    """An outcome that was counted before and now reads otherwise; None where it did not, or does not, count."""

    before: Outcome | None
    after: Outcome | None


class CountedUpTo(NamedTuple):
    """How far a model has been counted: the last outcome, and the last correction."""

    outcome: int
    revision: int


class Missed(NamedTuple):
    """What came of a model while its counting failed, or the first part of it, and how far that `reached`."""

    outcomes: Sequence[Outcome]
    revisions: Sequence[RevisedOutcome]
    reached: CountedUpTo


class DelaySamples(NamedTuple):
    """Outcomes by when they were predicted (microseconds since 1970), how long their labels took, and hit or not."""

    made_us: list[int]
    waited_s: list[float]
    hits: list[bool]


class CountingTransaction(CellOutcomes, Protocol):
    """What counting asks for: the outcomes and corrections that no evaluation has counted."""

    def outcomes(self, after: int, limit: int) -> Sequence[Outcome]:
        """The next outcomes in their order, those taken back left out."""
        ...

    def revisions(self) -> Sequence[RevisedOutcome]:
        """Corrections, since the last evaluation, of outcomes that had been counted by then."""
        ...

    def read_again(self, model: Model) -> Sequence[TicketReadAgain]:
        """The model's outcomes that two people read, in the order in which the labels that hold were given."""
        ...

    def counted_as(self, model: Model, predicted: str) -> str:
        """The name that a prediction of a model counts under: its own, or that of all beyond the limit."""
        ...

    def recount(self, cell: Cell, upto: int, min_probability: float) -> Tally:
        """The tally of a cell's outcomes with seq <= upto, counted afresh, weights capped at 1/min_probability."""
        ...

    def behind(self) -> Mapping[Model, CountedUpTo]:
        """The models whose counting failed, and how far each was counted."""
        ...

    def counted_upto(self, model: Model) -> CountedUpTo:
        """How far a model had been counted before this evaluation."""
        ...

    def missed(self, model: Model, limit: int) -> Missed:
        """What a model that is behind has missed, so many outcomes at most. Asked after `revisions`."""
        ...

    def finish(
        self, upto: int, judged_at: datetime, behind: Mapping[Model, CountedUpTo] = MappingProxyType({})
    ) -> None:
        """Everything up to this outcome, and every correction seen, has been counted, and judged as of then.

        Of the models that are `behind`, only so much was.
        """
        ...


class BettingTransaction(CellOutcomes, Protocol):
    """What bets ask for: a cell's past, and the checkpoints kept along it."""

    def cell_hits(
        self,
        cell: Cell,
        after: int,
        upto: int,
        *,
        chosen: bool = False,
        customers: bool = False,
        agreed: bool = False,
    ) -> Iterator[CellHits]:
        """A cell's outcomes, as little of them as a replay needs.

        With `chosen` also how they were chosen, with `customers` whose they are, with `agreed` which two people read.
        """
        ...

    def judged_at(self) -> datetime | None:
        """As of when the last evaluation judged; None before the first."""
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


class LabellingTransaction(Protocol):
    """What is asked to learn how a model's traffic is labelled."""

    def delays(self, model: Model, intent: str, limit: int) -> DelaySamples:
        """How long the labels of the intent's newest outcomes took."""
        ...

    def bursts(self, model: Model, intent: str, limit: int) -> Sequence[Burst]:
        """The intent's newest outcomes whose customer is known, each customer's of a day together, in their order."""
        ...

    def traffic(self, model: Model, before: datetime) -> Mapping[str, int]:
        """A model's predictions made before then (to the hour), by predicted intent."""
        ...

    def drawn_tickets(
        self, model: Model, after: int, until: datetime, age: timedelta
    ) -> Mapping[int, Sequence[DrawnOrLabelled]]:
        """A model's tickets of each draw after that number and until then, in their order.

        Labelled is which had a person's label at that age. Those that had one before they were drawn are left out.
        """
        ...

    def prediction_hours(self, model: Model, since: datetime) -> Mapping[int, int]:
        """A model's predictions of each hour, counted since 1970 (UTC), from then on."""
        ...


class PredictedDays(NamedTuple):
    """A model's predictions by day (since 1970, UTC): all of them, and by intent those that were asked for."""

    totals: Mapping[int, int]
    by_intent: Mapping[str, Mapping[int, int]]


class EarlyDays(Protocol):
    """The days and the bets within an evaluation's transaction."""

    def early_days(self) -> Mapping[tuple[Cell, EarlySign], int]:
        """Up to which day each bet has taken its days in."""
        ...

    def early_bets(self, model: Model) -> Mapping[tuple[Cell, EarlySign], EarlyBet]:
        """A model's bets as they stand."""
        ...

    def save_early_bets(self, bets: Mapping[tuple[Cell, EarlySign], EarlyBet]) -> None:
        """Keep bets as they stand now."""
        ...

    def predicted_days(
        self, model: Model, intents: Iterable[str], first: int, last: int, *, together: bool
    ) -> PredictedDays:
        """A model's predictions of these days, the last with them; `together` with all its versions'."""
        ...

    def score_days(
        self, model: Model, intents: Iterable[str], first: int, last: int
    ) -> Mapping[str, Sequence[ScoreDay]]:
        """The scores of its predictions of these days by intent, in order; a day without any is left out."""
        ...


class EarlyTransaction(EarlyDays, EarlyTelling, Protocol):
    """All that they read and write, with the notes that come of it."""

    def counted_as(self, model: Model, predicted: str) -> str:
        """The name that a prediction of a model counts under: its own, or that of all beyond the limit."""
        ...

    def prediction_hours(self, model: Model, since: datetime) -> Mapping[int, int]:
        """A model's predictions of each hour, counted since 1970 (UTC), from then on."""
        ...


class EvaluationTransaction(
    IncidentTransaction,
    BettingTransaction,
    LabellingTransaction,
    CountingTransaction,
    EarlyTransaction,
    DueCells,
    Protocol,
):
    """One evaluation's view of the data, unchanging while it lasts, and its writes, saved together."""

    def latest_event(self) -> datetime | None:
        """The latest time that events carried, strays left out: of their newest hours, those in line."""
        ...

    def active_anchors(self) -> Mapping[Model, Anchor]:
        """The anchor each model is held to."""
        ...

    def purse(self) -> Purse | None:
        """What releases take from; None before the first."""
        ...

    def keep_purse(self, purse: Purse) -> None:
        """Keep what a release left in it."""
        ...


class EvaluationStore(IncidentStore, Protocol):
    """Where the evaluator keeps its work."""

    @override
    def evaluation(self) -> AbstractContextManager[EvaluationTransaction]:
        """One evaluation: saved together at the end, or, on any exception, not at all.

        Raises:
            LeaseHeldError: another evaluator is at work.
        """
        ...


class TrialStore(Protocol):
    """Where an evaluation can be tried."""

    def trial(self, anchor: Anchor | None = None) -> AbstractContextManager[EvaluationTransaction]:
        """What the last evaluation had counted; nothing written is kept. Its model is held to `anchor`.

        Raises:
            UnavailableError: the database is out of reach.
        """
        ...
