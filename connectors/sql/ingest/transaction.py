"""One batch on its way into the database: what is known of its ids out, what the join changed in."""

from collections.abc import Mapping, Sequence, Set
from itertools import chain
from typing import NamedTuple

from typing_extensions import override

from connectors.sql.dialect import Dialect
from connectors.sql.ingest.counts import bury, note_times, write_traffic
from connectors.sql.ingest.descriptions import note_descriptions, promised_intents
from connectors.sql.ingest.draws import KnownDraws, note_candidates, watched_intents
from connectors.sql.ingest.erased import erased_among, note_subjects
from connectors.sql.ingest.labelled import labelled_or_not
from connectors.sql.ingest.labels import LabelRows
from connectors.sql.ingest.outcomes import OutcomeRows
from connectors.sql.ingest.positions import Positions
from connectors.sql.ingest.predictions import PredictionRows
from connectors.sql.ingest.scores import write_scores
from connectors.sql.ingest.topics import Topics
from connectors.sql.model_ids import ModelIds
from connectors.sql.predicted_names import PredictedNames
from connectors.sql.retention import dropped_before
from connectors.sql.week_counts import of_completed, of_revised, write_week_counts
from monitor.domain.events.fates import EventFate, Limit
from monitor.domain.events.joined import Changes, Memory
from monitor.domain.events.microseconds import HOUR_US, to_us
from monitor.domain.events.types import DeadLetter, Label, Model, Partition, Prediction, PredictionKey
from monitor.domain.text.descriptors import Description
from monitor.ingest import ports
from monitor.ingest.ports import Claimed


class BatchRows(NamedTuple):
    """The three tables that a batch is joined in, as this database writes them."""

    predictions: PredictionRows
    labels: LabelRows
    outcomes: OutcomeRows


def plain_rows(sql: Dialect, models: ModelIds, received_us: int | None) -> BatchRows:
    """The three, of a batch that arrived then, in statements that both databases know."""
    return BatchRows(
        PredictionRows(sql, models, received_us), LabelRows(sql, received_us), OutcomeRows(sql, models)
    )


class IngestTransaction(ports.IngestTransaction):
    """One batch's transaction; what PostgreSQL does its own way is in `rows`.

    On SQLite the write lock is ours from the beginning, so nobody else decides anything meanwhile.
    """

    def __init__(
        self,
        sql: Dialect,
        models: ModelIds,
        names: PredictedNames,
        topics: Topics,
        rows: BatchRows,
        positions: Positions,
        cluster_id: str,
        draws: KnownDraws,
    ) -> None:
        self._sql = sql
        models.forget_unsettled()
        names.forget_unsettled()
        self._models = models
        self._names = names
        self._topics = topics
        self._rows = rows
        self._positions = positions
        self._cluster_id = cluster_id
        self._draws = draws

    @override
    def stand_ins(self, models: Set[Model]) -> Mapping[Model, Model]:
        return self._models.admit(self._sql, models)

    @override
    def load(
        self,
        predictions: Mapping[PredictionKey, Prediction],
        labels: Sequence[Label],
        subjects: Mapping[PredictionKey, str] | None = None,
    ) -> Memory:
        rows = self._rows
        labelled = {label.prediction_id for label in labels}
        ids = labelled | {key.prediction_id for key in predictions}
        absent = rows.predictions.meet(predictions, ids)
        # After the rows are locked: an erasure that waited for them, or we for it, is seen.
        erased = erased_among(self._sql, ids, predictions, subjects or {})
        labelled.update(rows.labels.owners({label.label_id for label in labels}).values())
        if moved := labelled - ids:  # a label that names another prediction than it did
            absent = absent | rows.predictions.meet({}, moved)
        memory = Memory({}, {}, {}, {}, erased, dropped_before(self._sql))
        stubs = rows.predictions.load(memory, (ids | moved) - absent)
        beside = {  # another model has answered already, and its labels may serve this one, too
            key.prediction_id
            for key in predictions
            if (known := memory.predictions.get(key.prediction_id)) and key.model not in known
        }
        kept = set() if memory.dropped_before is None else rows.outcomes.among(ids)
        if asked := sorted(labelled | stubs | beside | kept):
            rows.labels.load(memory, asked)
            rows.outcomes.load(memory, asked)
        self._draws.load(self._sql, self._models, memory, labels)
        return memory

    @override
    def promised_intents(self) -> Sequence[str]:
        return promised_intents(self._sql)

    @override
    def note_descriptions(self, descriptions: Mapping[PredictionKey, Description]) -> None:
        note_descriptions(self._sql, self._models, descriptions)

    @override
    def watched_intents(self) -> Sequence[str]:
        return watched_intents(self._sql)

    @override
    def note_candidates(self, candidates: Mapping[PredictionKey, Mapping[str, float]]) -> None:
        note_candidates(self._sql, self._models, candidates)

    @override
    def note_subjects(self, subjects: Mapping[PredictionKey, str]) -> None:
        note_subjects(self._sql, subjects)

    @override
    def write(self, changes: Changes, memory: Memory) -> Mapping[Limit, int]:
        rows, known = self._rows, memory.predictions
        waiting = {label.prediction_id for label in changes.labels.values()} - known.keys()
        predictions = rows.predictions.write(changes.predictions, waiting)
        labels = rows.labels.write(changes.labels)
        outcomes = rows.outcomes.complete(changes.completed, known)
        rows.outcomes.revise(changes.revised, known)
        moved = [
            (self._models.id_of(self._sql, of.model), to_us(of.ts) // HOUR_US, of.intent, change)
            for of, change in labelled_or_not(changes.revised, known)
        ]
        folded = write_traffic(self._sql, self._names, predictions, outcomes, moved)
        model_ids = {r.model: self._models.id_of(self._sql, r.model) for r in changes.revised}
        weeks = chain(of_completed(outcomes), of_revised(changes.revised, known, model_ids))
        write_week_counts(self._sql, weeks)
        write_scores(self._sql, self._names, (row[2:6] for row in predictions))
        note_times(self._sql, [row[3] for row in predictions], [row[3] for row in labels])
        return {Limit.PREDICTED_NAMES: folded}

    @override
    def count(self, counts: Mapping[tuple[str, EventFate], int]) -> Mapping[Limit, int]:
        return {Limit.TOPICS: self._topics.count(self._sql, counts)}

    @override
    def bury(self, letters: Sequence[DeadLetter]) -> None:
        bury(self._sql, self._cluster_id, letters)

    @override
    def advance(self, positions: Mapping[Partition, Claimed]) -> None:
        self._positions.advance(self._sql, positions)
