"""Doors in: an ordered stream of records, and where the rejected ones go."""

from collections.abc import Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol

from monitor.domain.events.decode import Event, Events
from monitor.domain.events.fates import EventFate, Limit
from monitor.domain.events.joined import Changes, Memory
from monitor.domain.events.mapping.fields import EventMapping
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import DeadLetter, Label, Model, Partition, Prediction, PredictionKey, Record
from monitor.domain.text.descriptors import Description


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

    cluster_id: str
    """Names the broker (or "file"), so that positions of two clusters are never mixed."""
    group: str
    """The consumer group whose members share the partitions."""
    resumable: bool
    """Whether positions mean the same on the next run. Files are read from the start each time."""

    def poll(self, timeout_s: float) -> Poll:
        """Wait up to `timeout_s` for records. Also keeps the group membership alive.

        Raises:
            UnavailableError: the broker can't be reached or refuses us; says which and what to do.
            PositionError: what we were about to read left the log meanwhile (expired, or the topic was
                recreated); says which, and what to type. The agent ends with it: a person must know.
        """
        ...

    def latest(self, partition: Partition, now: datetime, future: timedelta) -> datetime:
        """The latest time that a sound record of the partition can carry: `future` ahead of the receiving clock.

        A file has no receiving clock, so it goes by the rest of what it holds.
        """
        ...

    def incarnation(self, topic: str) -> str:
        """Names this making of a topic or a file, so that one made again is told from it; "" if unknown.

        That of a file which has grown begins with what it was before.
        """
        ...

    def start(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        """Begin delivering from these positions; None begins at the oldest record kept.

        `incarnations` are those of the topics that the positions were reached in.

        Raises:
            PositionError: a position lies beyond the log's end or was reached in another incarnation of the
                topic (it was recreated), or lies before the log's beginning (records expired unread); says
                which, and what to type.
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

    def unread(self) -> str:
        """What of ours can't be read just now, and why, while the rest goes on; "" where there is nothing."""
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


class EventDecoder(Protocol):
    """Reads the records of one topic, or of one file: bytes and headers in, an event out.

    A topic without one is read by `monitor.domain.events.decode`. The dead letter of a record that is refused has its
    bytes as they were, whatever the decoder made of them.
    """

    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Event | Events:
        """The event that a record holds; its value is there, and no longer than a record may be.

        Where there may be several they are a list, which is empty where a sound record holds none, and is passed over.
        No time may be after `latest`. What was put right is added to `mends`. `MappedReader` does all that once the
        value is read as far as objects, lists, texts and numbers.

        Raises:
            DecodeError: it holds none, by one of the codes of `monitor.domain.events.refusals`.
            UnavailableError: what it takes to read it, a schema for instance, can't be had just now. The batch is
                kept and tried again.
        """
        ...


class MappedDecoder(EventDecoder, Protocol):
    """One that goes by a mapping, so that people can be shown what it makes of a record."""

    mapping: EventMapping

    def document(self, record: Record) -> Theirs:
        """What a record holds before it is mapped: objects, lists, texts, numbers and times.

        Of a record with several events it is the first one's.

        Raises:
            DecodeError: it can't be read so far.
            UnavailableError: what it takes to read it can't be had just now.
        """
        ...


class DeadLetters(Protocol):
    """Where rejected records go with their original bytes."""

    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        """Keep the letters. They are durable when this returns; a crash may publish them twice.

        A letter that can never be kept holds nothing up: the reasons why there are such letters, and how many.

        Raises:
            UnavailableError: they could not be kept just now; the batch they came from must not be saved.
        """
        ...


class Claimed(NamedTuple):
    """Where a partition stands: the next record (None: the oldest kept), and the rejects just before it.

    `incarnation` is that of the topic that was read so far; "" where the source does not tell them apart.
    """

    next_offset: int | None
    rejected_in_a_row: int = 0
    incarnation: str = ""


class IngestTransaction(Protocol):
    """One batch on its way into the store; everything in it becomes durable together."""

    def stand_ins(self, models: Set[Model]) -> Mapping[Model, Model]:
        """For each model beyond the limit, the one under which its predictions count. Asked before `load`."""
        ...

    def load(
        self,
        predictions: Mapping[PredictionKey, Prediction],
        labels: Sequence[Label],
        subjects: Mapping[PredictionKey, str] | None = None,
    ) -> Memory:
        """What is known of the ids in a batch; nobody else decides on these ids until the end.

        `predictions` holds the batch's first prediction of each key, `subjects` the stored hash of whom each
        is about, where that is known: it tells which of them were erased.
        """
        ...

    def promised_intents(self) -> Sequence[str]:
        """The intents that any anchor measured; a description tells which of their words a text uses."""
        ...

    def note_descriptions(self, descriptions: Mapping[PredictionKey, Description]) -> None:
        """Remember what new predictions' texts look like."""
        ...

    def watched_intents(self) -> Sequence[str]:
        """The intents that may page, of any model."""
        ...

    def note_candidates(self, candidates: Mapping[PredictionKey, Mapping[str, float]]) -> None:
        """Let new predictions wait for the next draw, each with its scores of watched intents."""
        ...

    def note_subjects(self, subjects: Mapping[PredictionKey, str]) -> None:
        """Remember whom predictions are about."""
        ...

    def write(self, changes: Changes, memory: Memory) -> Mapping[Limit, int]:
        """Write what the join changed; gives completed outcomes their `seq`.

        Given back is how many events count under one name with others, by the limit that they are beyond.
        """
        ...

    def count(self, counts: Mapping[tuple[str, EventFate], int]) -> Mapping[Limit, int]:
        """Add to what became of events, keyed by (topic, what became of them).

        Given back is how many are counted together with those of other topics.
        """
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

    def claim(
        self,
        partitions: Sequence[Partition],
        *,
        incarnations: Mapping[str, str] = MappingProxyType({}),
        afresh: bool = False,
    ) -> Mapping[Partition, Claimed]:
        """Make these partitions ours: from now on nobody who had them before can write.

        The `incarnations` of the topics are kept with partitions that were never read.
        `afresh` forgets how far they were read: for sources whose positions mean nothing on the next run.
        """
        ...

    def furthest(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """Every record before this one was read once already, whoever reads the partition from its beginning."""
        ...

    def note_registry(self, away_at: datetime | None) -> None:
        """Note that the schema registry is away at this time, of which the first counts; None: it is there.

        Raises:
            UnavailableError: the database is out of reach.
        """
        ...

    def transaction(self, received_at: datetime | None = None) -> AbstractContextManager[IngestTransaction]:
        """Everything done inside is saved together at the end, or, on any exception, not at all.

        `received_at` is when the batch arrived, by our own clock; it is kept with what it brings.

        Raises:
            UnavailableError: the database is out of reach; nothing was saved, and it may be tried again.
            ContentError: it refuses something in the batch, and would again; nothing was saved.
        """
        ...
