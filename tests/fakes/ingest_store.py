"""An `IngestStore` in memory, true to its port: all or nothing, and fenced by epochs."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from copy import deepcopy
from types import MappingProxyType

from monitor.domain.events.fates import EventFate, Limit
from monitor.domain.events.join import Changes, Joined, Known, Memory, Revision
from monitor.domain.events.types import DeadLetter, Label, Partition, Prediction
from monitor.domain.text.descriptors import Description
from monitor.errors import ContentError, FencedError, UnavailableError
from monitor.ingest.ports import Claimed


class FakeDatabase:
    """What several agents share."""

    def __init__(self) -> None:
        self.predictions: dict[str, Known] = {}
        self.labels: dict[str, Label] = {}
        self.outcomes: dict[str, Joined] = {}
        self.revisions: list[Revision] = []
        self.counts: Counter[tuple[str, str]] = (
            Counter()
        )  # by topic and the text of a fate, as the table has it
        self.buried: dict[tuple[Partition, int], DeadLetter] = {}
        self.positions: dict[Partition, Claimed] = {}
        self.epochs: Counter[Partition] = Counter()
        self.subjects: dict[str, str] = {}
        self.descriptions: dict[str, Description] = {}
        self.promised: list[str] = []
        self.folded: Mapping[Limit, int] = {}  # said to be beyond a limit in each batch


class FakeIngestStore:
    """One agent's connection. `journal` lists what happened through it, in order.

    `down` says what is wrong with it; `before_end` runs just before a commit.
    """

    def __init__(self, database: FakeDatabase | None = None, journal: list[str] | None = None) -> None:
        self.database = database or FakeDatabase()
        self.journal = journal if journal is not None else []
        self.down = ""
        self.down_at_the_end = ""
        self.refuses: Set[str] = frozenset()  # predictions that it does not take
        self.before_end: Callable[[], None] = lambda: None
        self._epochs: dict[Partition, int] = {}

    def claim(
        self,
        partitions: Sequence[Partition],
        *,
        incarnations: Mapping[str, str] = MappingProxyType({}),
        afresh: bool = False,
    ) -> Mapping[Partition, Claimed]:
        if self.down:
            raise UnavailableError(self.down)
        self.journal.append("claim")
        database = self.database
        for partition in partitions:
            incarnation = incarnations.get(partition.topic, "")
            database.epochs[partition] += 1
            self._epochs[partition] = database.epochs[partition]
            if afresh:
                database.positions[partition] = Claimed(None)
            known = database.positions.setdefault(partition, Claimed(None))
            if known.next_offset is None or not known.incarnation:
                database.positions[partition] = known._replace(incarnation=incarnation)
        return {partition: database.positions[partition] for partition in partitions}

    @contextmanager
    def transaction(self) -> Iterator["FakeIngestTransaction"]:
        if self.down:
            raise UnavailableError(self.down)
        kept = deepcopy(vars(self.database))
        self.journal.append("begin")
        try:
            yield FakeIngestTransaction(self.database, self._epochs, self.refuses)
            self.before_end()
            if self.down_at_the_end:
                raise UnavailableError(self.down_at_the_end)
        except BaseException:
            vars(self.database).update(kept)
            self.journal.append("rollback")
            raise
        self.journal.append("saved")


class FakeIngestTransaction:
    """One batch on its way in."""

    def __init__(
        self, database: FakeDatabase, epochs: Mapping[Partition, int], refuses: Set[str] = frozenset()
    ) -> None:
        self._database = database
        self._epochs = epochs
        self._refuses = refuses

    def load(
        self,
        predictions: Mapping[str, Prediction],
        labels: Sequence[Label],
        subjects: Mapping[str, str] | None = None,
    ) -> Memory:
        database = self._database
        named = {label.label_id for label in labels}
        ids = predictions.keys() | {label.prediction_id for label in labels}
        ids |= {database.labels[label_id].prediction_id for label_id in named & database.labels.keys()}
        memory = Memory({}, {}, {}, {})
        for label in database.labels.values():
            if label.prediction_id in ids:
                memory.labels.setdefault(label.prediction_id, {})[label.label_id] = label
                memory.owner[label.label_id] = label.prediction_id
        for prediction_id in ids:
            if prediction_id in database.predictions:
                memory.predictions[prediction_id] = database.predictions[prediction_id]
            if prediction_id in database.outcomes:
                memory.outcomes[prediction_id] = deepcopy(database.outcomes[prediction_id])
        return memory

    def promised_intents(self) -> Sequence[str]:
        return self._database.promised

    def note_descriptions(self, descriptions: Mapping[str, Description]) -> None:
        self._database.descriptions.update(descriptions)

    def note_subjects(self, subjects: Mapping[str, str]) -> None:
        self._database.subjects.update(subjects)

    def write(self, changes: Changes, memory: Memory) -> Mapping[Limit, int]:
        if self._refuses & changes.predictions.keys():
            raise ContentError("the database refuses it")
        database = self._database
        for prediction_id in changes.predictions:
            database.predictions[prediction_id] = memory.predictions[prediction_id]
        database.labels.update(changes.labels)
        for outcome in changes.completed:
            outcome.seq = len(database.outcomes) + 1
            database.outcomes[outcome.prediction_id] = outcome
        for revision in changes.revised:
            database.revisions.append(revision)
            database.outcomes[revision.after.prediction_id] = revision.after
        return database.folded

    def count(self, counts: Mapping[tuple[str, EventFate], int]) -> Mapping[Limit, int]:
        self._database.counts.update({(topic, str(fate)): n for (topic, fate), n in counts.items()})
        return {}

    def bury(self, letters: Sequence[DeadLetter]) -> None:
        for letter in letters:
            self._database.buried.setdefault((letter.record.partition, letter.record.offset), letter)

    def advance(self, positions: Mapping[Partition, Claimed]) -> None:
        database = self._database
        for partition, claimed in positions.items():
            if self._epochs.get(partition) != database.epochs[partition]:
                raise FencedError(partition)
            before, after = database.positions[partition].next_offset, claimed.next_offset
            if before is not None and (after is None or after < before):
                raise FencedError(partition)
            database.positions[partition] = claimed._replace(
                incarnation=database.positions[partition].incarnation
            )
