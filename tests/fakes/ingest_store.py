"""An `IngestStore` in memory, true to its port: all or nothing, and fenced by epochs."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from types import MappingProxyType

from monitor.domain.events.fates import EventFate, Limit
from monitor.domain.events.joined import Changes, Joined, Known, Memory, Revision
from monitor.domain.events.types import DeadLetter, Label, Model, Partition, Prediction, PredictionKey
from monitor.domain.text.descriptors import Description
from monitor.errors import ContentError, FencedError, UnavailableError
from monitor.ingest.ports import Claimed


class FakeDatabase:
    """What several agents share."""

    def __init__(self) -> None:
        self.predictions: dict[str, dict[Model, Known]] = {}
        self.labels: dict[str, Label] = {}
        self.outcomes: dict[str, dict[Model, Joined]] = {}
        self.revisions: list[Revision] = []
        self.counts: Counter[tuple[str, str]] = (
            Counter()
        )  # by topic and the text of a fate, as the table has it
        self.buried: dict[tuple[Partition, int], DeadLetter] = {}
        self.positions: dict[Partition, Claimed] = {}
        self.registry_away: datetime | None = None
        self.epochs: Counter[Partition] = Counter()
        self.furthest: Counter[Partition] = Counter()
        self.subjects: dict[PredictionKey, str] = {}
        self.descriptions: dict[PredictionKey, Description] = {}
        self.promised: list[str] = []
        self.watched: list[str] = []
        self.candidates: dict[PredictionKey, Mapping[str, float]] = {}
        self.stand_ins: Mapping[Model, Model] = {}
        self.folded: Mapping[Limit, int] = {}  # said to be beyond a limit in each batch
        self.dropped_before: datetime | None = None


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
        self.received: list[datetime | None] = []  # when what was saved had arrived
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

    def furthest(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        return {partition: self.database.furthest[partition] for partition in partitions}

    def note_registry(self, away_at: datetime | None) -> None:
        if self.down:
            raise UnavailableError(self.down)
        self.database.registry_away = away_at and (self.database.registry_away or away_at)

    @contextmanager
    def transaction(self, received_at: datetime | None = None) -> Iterator["FakeIngestTransaction"]:
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
        self.received.append(received_at)


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
        predictions: Mapping[PredictionKey, Prediction],
        labels: Sequence[Label],
        subjects: Mapping[PredictionKey, str] | None = None,
    ) -> Memory:
        database = self._database
        named = {label.label_id for label in labels}
        ids = {key.prediction_id for key in predictions} | {label.prediction_id for label in labels}
        ids |= {database.labels[label_id].prediction_id for label_id in named & database.labels.keys()}
        memory = Memory({}, {}, {}, {}, dropped_before=database.dropped_before)
        for label in database.labels.values():
            if label.prediction_id in ids:
                memory.labels.setdefault(label.prediction_id, {})[label.label_id] = label
                memory.owner[label.label_id] = label.prediction_id
        for prediction_id in ids:
            if prediction_id in database.predictions:
                memory.predictions[prediction_id] = dict(database.predictions[prediction_id])
            if prediction_id in database.outcomes:
                memory.outcomes[prediction_id] = deepcopy(database.outcomes[prediction_id])
        return memory

    def stand_ins(self, models: Set[Model]) -> Mapping[Model, Model]:
        return {model: at for model, at in self._database.stand_ins.items() if model in models}

    def promised_intents(self) -> Sequence[str]:
        return self._database.promised

    def note_descriptions(self, descriptions: Mapping[PredictionKey, Description]) -> None:
        self._database.descriptions.update(descriptions)

    def watched_intents(self) -> Sequence[str]:
        return self._database.watched

    def note_candidates(self, candidates: Mapping[PredictionKey, Mapping[str, float]]) -> None:
        self._database.candidates.update(candidates)

    def note_subjects(self, subjects: Mapping[PredictionKey, str]) -> None:
        self._database.subjects.update(subjects)

    def write(self, changes: Changes, memory: Memory) -> Mapping[Limit, int]:
        if self._refuses & {key.prediction_id for key in changes.predictions}:
            raise ContentError("the database refuses it")
        database = self._database
        for key, prediction in changes.predictions.items():
            database.predictions.setdefault(key.prediction_id, {})[key.model] = prediction
        database.labels.update(changes.labels)
        for model, outcome in changes.completed:
            outcome.seq = sum(map(len, database.outcomes.values())) + 1
            database.outcomes.setdefault(outcome.prediction_id, {})[model] = outcome
        for revision in changes.revised:
            database.revisions.append(revision)
            database.outcomes[revision.after.prediction_id][revision.model] = revision.after
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
            database.furthest[partition] = max(database.furthest[partition], after or 0)
