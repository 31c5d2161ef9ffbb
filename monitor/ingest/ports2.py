"""Where ingest keeps events, outcomes and positions: all of a batch, or nothing."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import NamedTuple, Protocol

from monitor.domain.text.descriptors import Description
from monitor.domain.events.types import DeadLetter, Label, Partition, Prediction
from monitor.domain.events.join import Changes, Memory


class Claimed(NamedTuple):
    """Where a partition stands: the next record (None: the oldest kept), and the rejects just before it.

    `incarnation` is that of the topic that was read so far; "" where the source does not tell them apart.
    """

    next_offset: int | None
    rejected_in_a_row: int = 0
    incarnation: str = ""


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

    def promised_intents(self) -> Sequence[str]:
        """The intents that any anchor measured; a description tells which of their words a text uses."""
        ...

    def note_descriptions(self, descriptions: Mapping[str, Description]) -> None:
        """Remember what new predictions' texts look like, by prediction id."""
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

    def transaction(self) -> AbstractContextManager[IngestTransaction]:
        """Everything done inside is saved together at the end, or, on any exception, not at all.

        Raises:
            UnavailableError: the database is out of reach; nothing was saved, and it may be tried again.
        """
        ...
