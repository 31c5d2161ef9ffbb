"""The contracts between the use cases and the edges. Implementations add no promises of their own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.anchors import Anchor, Example, Promise
from monitor.domain.cells import Cell
from monitor.domain.cellstate import CellState, ModelState
from monitor.domain.detector import Detector
from monitor.domain.events import DeadLetter, Label, Model, Outcome, Partition, Prediction, Record
from monitor.domain.join import Changes, Memory
from monitor.domain.notices import MemberFacts, Notice
from monitor.domain.tally import Tally


class Poll(NamedTuple):
    """What one poll brought: records by partition, and which partitions came and went before them.

    `assigned` partitions deliver nothing until `EventSource.start` names where to begin. `revoked`
    partitions are no longer ours: nothing read from them and not yet saved may be saved.
    """

    records: Mapping[Partition, Sequence[Record]] = {}
    assigned: Sequence[Partition] = ()
    revoked: Sequence[Partition] = ()


class EventSource(Protocol):
    """An ordered, re-readable stream of records in partitions.

    A position is the NEXT record to read. The source never decides that something was handled: the
    caller saves positions with the data and hands them back through `start`.
    """

    @property
    def cluster_id(self) -> str:
        """Names the broker (or "file"), so that positions of two clusters are never mixed."""
        ...

    @property
    def group(self) -> str:
        """The consumer group whose members share the partitions."""
        ...

    @property
    def resumable(self) -> bool:
        """Whether positions mean the same on the next run. Files are read from the start each time."""
        ...

    def poll(self, timeout_s: float) -> Poll:
        """Wait up to `timeout_s` for records. Also keeps the group membership alive.

        Raises:
            UnavailableError: the broker can't be reached or refuses us; says which and what to do.
            PositionError: what we were about to read left the log meanwhile (expired, or the topic was
                recreated); says which, and what to type. The agent ends with it: a person must know.
        """
        ...

    def start(self, positions: Mapping[Partition, int | None]) -> None:
        """Begin delivering from these positions; None begins at the oldest record kept.

        Raises:
            PositionError: a position lies beyond the log's end (a recreated topic) or before its
                beginning (records expired unread); says which, and what to type.
        """
        ...

    def pause(self) -> None:
        """Deliver nothing until `resume`, while `poll` keeps the membership alive (back-pressure)."""
        ...

    def resume(self) -> None:
        """Deliver again what was paused."""
        ...

    def stalled(self, now: float, after_s: float) -> Sequence[Partition]:
        """Started partitions where records wait and whose position has not moved for so long.

        `now` is a steady clock in seconds; whatever is paused is not stalled. `rebuild` mends it.
        """
        ...

    def rebuild(self) -> None:
        """Leave the group and join it afresh: whatever is ours comes back as newly assigned."""
        ...

    def commit(self, positions: Mapping[Partition, int]) -> None:
        """Tell the broker how far we are, for its own lag tools. Only after the positions are durable.

        Advisory: a failure is logged, never raised, and nothing is ever read back from it.
        """
        ...

    def lag(self) -> Mapping[Partition, int]:
        """Records between our position and the end, per assigned partition."""
        ...

    def drained(self) -> bool:
        """Whether everything that lay there when each partition was started has been delivered."""
        ...

    def close(self) -> None:
        """Leave the group and let go of every resource. May be called twice."""
        ...


class DeadLetters(Protocol):
    """Where rejected records go with their original bytes."""

    def publish(self, letters: Sequence[DeadLetter]) -> None:
        """Keep the letters. They are durable when this returns; a crash may publish them twice.

        Raises:
            UnavailableError: they could not be kept; the batch they came from must not be saved.
        """
        ...


class Claimed(NamedTuple):
    """Where a partition stands: the next record (None: the oldest kept), and the rejects just before it."""

    next_offset: int | None
    rejected_in_a_row: int = 0


class IngestTransaction(Protocol):
    """One batch on its way into the store; everything in it becomes durable together."""

    def load(
        self,
        predictions: Mapping[str, Prediction],
        labels: Sequence[Label],
        subjects: Mapping[str, str] | None = None,
    ) -> Memory:
        """What is known of the ids in a batch; nobody else decides on these ids until the end.

        `predictions` holds the batch's first prediction of each id, `subjects` the stored hash of whom each
        is about, where that is known: it tells which of them were erased.
        """
        ...

    def note_subjects(self, subjects: Mapping[str, str]) -> None:
        """Remember whom predictions are about."""
        ...

    def write(self, changes: Changes, memory: Memory) -> None:
        """Write what the join changed; gives completed outcomes their `seq`."""
        ...

    def count(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to what became of events, keyed by (topic, what became of them)."""
        ...

    def bury(self, letters: Sequence[DeadLetter]) -> None:
        """Note dead letters: code, headers, hash and place, never the bytes. Twice is harmless."""
        ...

    def advance(self, positions: Mapping[Partition, Claimed]) -> None:
        """Move positions on.

        Raises:
            FencedError: another agent claimed the partition since, or the position would go back.
        """
        ...


class IngestStore(Protocol):
    """Where ingest keeps events, outcomes and positions."""

    def claim(self, partitions: Sequence[Partition], *, afresh: bool = False) -> Mapping[Partition, Claimed]:
        """Make these partitions ours: from now on nobody who had them before can write.

        `afresh` forgets how far they were read: for sources whose positions mean nothing on the next run.
        """
        ...

    def transaction(self) -> AbstractContextManager[IngestTransaction]:
        """Everything done inside is saved together at the end, or, on any exception, not at all.

        Raises:
            UnavailableError: the database is out of reach; nothing was saved, and it may be tried again.
        """
        ...


class RevisedOutcome(NamedTuple):
    """An outcome that was counted before and now reads otherwise; None where it did not, or does not, count."""

    before: Outcome | None
    after: Outcome | None


class OpenIncident(NamedTuple):
    """An incident that is open, and its members' latest facts; `recovered` members no longer count."""

    id: int
    dedup_key: str
    times_opened: int
    members: Mapping[Cell, MemberFacts]
    recovered: Set[Cell]


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

    def cell_hits(self, cell: Cell, after: int, upto: int) -> Iterator[tuple[Sequence[int], Sequence[bool]]]:
        """The same outcomes' seqs, and whether each is a hit: all that a replay needs, at a fraction of it."""
        ...

    def recount(self, cell: Cell, upto: int) -> Tally:
        """The tally of a cell's outcomes with seq <= upto, counted afresh."""
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

    def new_incident(self, model_name: str, environment: str, at: datetime) -> OpenIncident:
        """Open one, with the next opening number and no members yet."""
        ...

    def save_members(
        self, incident: int, facts: Iterable[MemberFacts], recovered: Iterable[Cell], at: datetime
    ) -> None:
        """Add members or renew their facts; mark who recovered or was withdrawn."""
        ...

    def close_incident(self, incident: int, state: str, at: datetime) -> None:
        """The incident is over."""
        ...

    def note(self, incident: int, at: datetime, who: str, what: str, why: str) -> None:
        """One more line of its history."""
        ...

    def enqueue(self, notice: Notice, sinks: Sequence[str]) -> None:
        """Write the intent to send this to each sink; it is sent only after this is saved."""
        ...


class EvaluationStore(Protocol):
    """Where the evaluator keeps its work."""

    def evaluation(self) -> AbstractContextManager[EvaluationTransaction]:
        """One evaluation: saved together at the end, or, on any exception, not at all.

        Raises:
            LeaseHeldError: another evaluator is at work.
        """
        ...


class ListedAnchor(NamedTuple):
    """An anchor, and since when its model is held to it (None: it is not)."""

    anchor: Anchor
    active_since: datetime | None


class AnchorStore(Protocol):
    """Where anchors are kept. Nothing in it is ever changed or removed."""

    def add(self, anchor: Anchor, examples: Iterable[Example]) -> bool:
        """Keep an anchor with its examples; False where it was there already."""
        ...

    def attach(
        self,
        anchor: Anchor,
        promises: Mapping[tuple[str, str], Promise],
        examples: Sequence[Example],
        sha256: str,
    ) -> None:
        """Add the examples behind an anchor, and what only they can tell: real rows, slices, misses."""
        ...

    def activate(self, anchor: Anchor, at: datetime) -> None:
        """Hold the anchor's model to it from now on."""
        ...

    def all(self) -> Sequence[ListedAnchor]:
        """Every anchor, oldest first."""
        ...


class Erased(NamedTuple):
    """What an erasure removed: rows by table, and the fingerprints that stay."""

    rows: Mapping[str, int]
    fingerprints: Sequence[str]


class ErasureStore(Protocol):
    """Where predictions are erased."""

    def erase(self, prediction_ids: Sequence[str], subject: str | None, now: datetime) -> Erased:
        """Remove predictions by id and by the stored hash of their subject, and all that rests on them.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...


class Due(NamedTuple):
    """A notification whose time has come: to be sent to `sink`, for the `attempts`-th time."""

    id: str
    sink: str
    notice: Notice
    attempts: int


class Outbox(Protocol):
    """Notifications that were written and are to be sent. Per incident and sink they go in their order."""

    def claim(self, now: datetime) -> Due | None:
        """Take one that is due; for a while nobody else is given it, even if we die."""
        ...

    def sent(self, due: Due, now: datetime) -> None:
        """It arrived."""
        ...

    def again(self, due: Due, at: datetime, error: str) -> None:
        """It did not arrive; try again then."""
        ...

    def failed(self, due: Due, error: str) -> None:
        """It never will."""
        ...


class Sink(Protocol):
    """A way to reach a person: a terminal, a chat channel, a webhook."""

    @property
    def name(self) -> str:
        """The name the configuration gives it; it never contains a secret."""
        ...

    def send(self, notice: Notice) -> None:
        """Send one notice. The same notice may be sent again with the same ids; say nothing new then.

        Raises:
            DeliveryError: it was not taken; `retryable` says whether trying again can help.
        """
        ...


class CellStatus(NamedTuple):
    """A cell as it was last judged, and what it was promised."""

    state: CellState
    promise: Promise | None


class IncidentStatus(NamedTuple):
    """An incident, its members as last told, and its history as (at, who, what, why)."""

    id: int
    model_name: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    members: Sequence[MemberFacts]
    history: Sequence[tuple[datetime, str, str, str]]


class EventCount(NamedTuple):
    """How many events of a topic became what."""

    topic: str
    became: str
    events: int
