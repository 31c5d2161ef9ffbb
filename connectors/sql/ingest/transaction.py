"""One batch on its way into the database: what is known of its ids out, what the join changed in."""

from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec
from typing_extensions import override

from connectors.sql.dialect import Dialect
from connectors.sql.ingest.counts import bury, count_up, note_latest, write_traffic
from connectors.sql.ingest.descriptions import note_descriptions, promised_intents
from connectors.sql.ingest.erased import erased_among, note_subjects
from connectors.sql.ingest.rows import (
    LABEL,
    OUTCOME,
    PREDICTION,
    Row,
    joined_of,
    known_prediction,
    label_of,
    label_row,
    outcome_row,
    prediction_row,
)
from connectors.sql.model_ids import ModelIds
from connectors.times import HOUR_US, to_us
from monitor.domain.events.join import Changes, Known, Memory, Revision
from monitor.domain.events.types import DeadLetter, Label, Partition, Prediction
from monitor.domain.text.descriptors import Description
from monitor.errors import FencedError
from monitor.ingest import ports
from monitor.ingest.ports import Claimed

_encode = msgspec.json.encode


class IngestTransaction(ports.IngestTransaction):
    """One batch's transaction, in words that both databases know.

    On SQLite the write lock is ours from the beginning, so nobody else decides anything meanwhile.
    """

    def __init__(
        self,
        sql: Dialect,
        models: ModelIds,
        cluster_id: str,
        group: str,
        epochs: Mapping[Partition, int],
    ) -> None:
        self._sql = sql
        models.forget_unsettled()
        self._models = models
        self._cluster_id = cluster_id
        self._group = group
        self._epochs = epochs
        self._labels_known: Set[str] = frozenset()
        self._sent: Mapping[
            str, Prediction
        ] = {}  # written before the join decided, on the chance that they are new
        self._new: Set[str] = frozenset()  # the rows that this made
        self._built: dict[str, Row] = {}

    @override
    def load(
        self,
        predictions: Mapping[str, Prediction],
        labels: Sequence[Label],
        subjects: Mapping[str, str] | None = None,
    ) -> Memory:
        sql = self._sql
        labelled = {label.prediction_id for label in labels}
        ids = labelled | predictions.keys()
        absent = self._meet(predictions, ids)
        # After the rows are locked: an erasure that waited for them, or we for it, is seen.
        erased = erased_among(sql, ids, predictions, subjects or {})
        owners = self._owners({label.label_id for label in labels})
        self._labels_known = owners.keys()
        labelled.update(owners.values())
        if moved := labelled - ids:  # a label that names another prediction than it did
            absent |= self._meet({}, moved)
        known: dict[str, Known] = {}
        stubs = set()
        if asked := (ids | moved) - absent:
            for prediction_id, model_id, *rest in sql.rows(
                "SELECT prediction_id, model_id, ts_us, intent, slices, digest FROM prediction"
                " WHERE prediction_id IN {ids}",
                sql.any_of(sorted(asked)),
            ):
                if model_id is None:
                    stubs.add(prediction_id)
                else:
                    known[prediction_id] = known_prediction(self._models.model_of(sql, model_id), *rest)
        memory = Memory(known, {}, {}, {}, erased)
        if asked := labelled | stubs:
            self._load_labels(memory, sql.any_of(sorted(asked)))
        return memory

    @override
    def promised_intents(self) -> Sequence[str]:
        return promised_intents(self._sql)

    @override
    def note_descriptions(self, descriptions: Mapping[str, Description]) -> None:
        note_descriptions(self._sql, descriptions)

    @override
    def note_subjects(self, subjects: Mapping[str, str]) -> None:
        note_subjects(self._sql, subjects)

    def _meet(self, predictions: Mapping[str, Prediction], _ids: Set[str]) -> set[str]:
        """See to it that nobody else decides on these ids until the end; those that are surely new.

        Mostly all predictions of a batch are new. Then writing them at once saves looking for them first; if
        one was there, nothing of it stays.
        """
        if not predictions:
            return set()
        sql = self._sql
        rows = [self._row_of(prediction) for prediction in predictions.values()]
        sql.run("SAVEPOINT meet")
        made = sql.many(
            f"INSERT INTO prediction ({PREDICTION}) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (prediction_id) DO NOTHING",
            rows,
        )
        all_new = made == len(rows)
        if not all_new:
            sql.run("ROLLBACK TO meet")
        sql.run("RELEASE meet")
        if not all_new:
            return set()
        self._sent, self._new = predictions, set(predictions)
        return set(predictions)

    def _row_of(self, prediction: Prediction) -> Row:
        row = prediction_row(prediction, self._models.id_of(self._sql, prediction.model))
        self._built[prediction.prediction_id] = row
        return row

    def _owners(self, label_ids: Set[str]) -> dict[str, str]:
        """The prediction that each label id named so far."""
        if not label_ids:
            return {}
        asked = "SELECT label_id, prediction_id FROM label WHERE label_id IN {ids}"
        rows = self._sql.rows(asked + self._sql.for_update("label_id"), self._sql.any_of(sorted(label_ids)))
        return dict(map(tuple, rows))

    def _load_labels(self, memory: Memory, ids: object) -> None:
        for row in self._sql.rows(f"SELECT {LABEL} FROM label WHERE prediction_id IN {{ids}}", ids):
            label = label_of(row)
            memory.labels.setdefault(label.prediction_id, {})[label.label_id] = label
            memory.owner[label.label_id] = label.prediction_id
        for row in self._sql.rows(f"SELECT {OUTCOME} FROM outcome WHERE prediction_id IN {{ids}}", ids):
            outcome = joined_of(row)
            memory.outcomes[outcome.prediction_id] = outcome
            if outcome.prediction_id not in memory.predictions:  # retention dropped the prediction itself
                _, _, model_id, ts_us, predicted, *_, slices, digest = row
                memory.predictions[outcome.prediction_id] = known_prediction(
                    self._models.model_of(self._sql, model_id), ts_us, predicted, slices, digest
                )

    @override
    def write(self, changes: Changes, memory: Memory) -> None:
        id_of, sql = self._models.id_of, self._sql
        sent, built = self._sent, self._built
        predictions = {
            prediction_id: built[prediction_id]
            if sent.get(prediction_id) is prediction
            else self._row_of(prediction)
            for prediction_id, prediction in changes.predictions.items()
        }
        labels = {label_id: label_row(label) for label_id, label in changes.labels.items()}
        waiting = {label.prediction_id for label in changes.labels.values()} - memory.predictions.keys()
        self._write_predictions(predictions, waiting)
        self._write_labels(labels)
        outcomes: list[Row] = []
        if changes.completed:
            last = count_up(sql, "outcome", len(changes.completed))
            for seq, outcome in enumerate(changes.completed, last - len(changes.completed) + 1):
                outcome.seq = seq
                known = memory.predictions[outcome.prediction_id]
                outcomes.append(outcome_row(outcome, known, id_of(sql, known.model)))
            self._write_outcomes(outcomes)
        if changes.revised:
            self._revise(changes.revised, memory.predictions)
        moved = [
            (id_of(sql, of.model), to_us(of.ts) // HOUR_US, of.intent, change)
            for of, change in _labelled_or_not(changes.revised, memory.predictions)
        ]
        write_traffic(sql, predictions.values(), outcomes, moved)
        note_latest(sql, [row[2] for row in predictions.values()], [row[3] for row in labels.values()])

    def _write_predictions(self, rows: Mapping[str, Row], waiting: Set[str]) -> None:
        """Write predictions, and an empty row for each that is so far only named by labels.

        Most are there since `_meet`. What the join did not take is taken back, the rest filled in.
        """
        there = {
            i for i in self._new & self._sent.keys() & rows.keys() if rows[i][-1] == self._sent[i].digest
        }
        self._fill_in([row for i, row in rows.items() if i not in there])
        if left := self._new - rows.keys():
            sql = self._sql
            sql.run("DELETE FROM prediction WHERE prediction_id IN {ids}", sql.any_of(sorted(left - waiting)))
            sql.run(
                "UPDATE prediction SET model_id = NULL, ts_us = NULL, intent = NULL, score = NULL,"
                " slices = NULL, digest = NULL WHERE prediction_id IN {ids}",
                sql.any_of(sorted(left & waiting & self._sent.keys())),
            )
        self._make_wait(waiting - self._new)

    def _fill_in(self, rows: Sequence[Row]) -> None:
        self._sql.many(
            f"INSERT INTO prediction ({PREDICTION}) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (prediction_id) DO UPDATE SET"
            " model_id = excluded.model_id, ts_us = excluded.ts_us, intent = excluded.intent,"
            " score = excluded.score, slices = excluded.slices, digest = excluded.digest",
            rows,
        )

    def _make_wait(self, waiting: Set[str]) -> None:
        self._sql.many(
            "INSERT INTO prediction (prediction_id) VALUES (?) ON CONFLICT (prediction_id) DO NOTHING",
            [(prediction_id,) for prediction_id in sorted(waiting)],
        )

    def _write_labels(self, rows: Mapping[str, Row]) -> None:
        self._sql.many(
            f"INSERT INTO label ({LABEL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (label_id) DO UPDATE"
            " SET prediction_id = excluded.prediction_id, intent = excluded.intent,"
            " labeled_at_us = excluded.labeled_at_us, revision = excluded.revision,"
            " retracted = excluded.retracted, kind = excluded.kind, design = excluded.design,"
            " probability = excluded.probability",
            list(rows.values()),
        )

    def _write_outcomes(self, rows: Sequence[Row]) -> None:
        self._sql.many(
            f"INSERT INTO outcome ({OUTCOME}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )

    def _revise(self, revised: Sequence[Revision], known: Mapping[str, Known]) -> None:
        last = count_up(self._sql, "revision", len(revised))
        self._sql.many(
            "UPDATE outcome SET intent = ?, label_id = ?, labeled_at_us = ?, kind = ?, design = ?,"
            " probability = ? WHERE seq = ?",
            [
                (
                    r.after.intent,
                    r.after.label_id,
                    to_us(r.after.labeled_at),
                    r.after.kind.value,
                    r.after.design.value,
                    r.after.probability,
                    r.after.seq,
                )
                for r in revised
            ],
        )
        self._sql.many(
            "INSERT INTO revision (id, seq, model_id, was, now, because) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    r.after.seq,
                    self._models.id_of(self._sql, known[r.after.prediction_id].model),
                    _encode(r.before).decode(),
                    _encode(r.after).decode(),
                    r.because,
                )
                for number, r in enumerate(revised, last - len(revised) + 1)
            ],
        )

    @override
    def count(self, counts: Mapping[tuple[str, str], int]) -> None:
        self._sql.many(
            "INSERT INTO event_count (topic, became, count) VALUES (?, ?, ?)"
            " ON CONFLICT (topic, became) DO UPDATE SET count = event_count.count + excluded.count",
            [(*key, n) for key, n in sorted(counts.items()) if n],
        )

    @override
    def bury(self, letters: Sequence[DeadLetter]) -> None:
        bury(self._sql, self._cluster_id, letters)

    @override
    def advance(self, positions: Mapping[Partition, Claimed]) -> None:
        for partition, (next_offset, rejected_in_a_row, _) in sorted(positions.items()):
            moved = self._sql.run(
                "UPDATE position SET next_offset = ?, rejected_in_a_row = ? WHERE cluster_id = ?"
                ' AND group_id = ? AND topic = ? AND "partition" = ? AND epoch = ?'
                " AND (next_offset IS NULL OR next_offset <= ?)",
                next_offset,
                rejected_in_a_row,
                self._cluster_id,
                self._group,
                *partition,
                self._epochs.get(partition, 0),
                next_offset,
            )
            if moved != 1:
                raise FencedError(partition)


def _labelled_or_not(revised: Iterable[Revision], known: Mapping[str, Known]) -> Iterable[tuple[Known, int]]:
    """The predictions that gained (1) or lost (-1) their outcome."""
    for r in revised:
        yield known[r.after.prediction_id], (r.after.intent is not None) - (r.before.intent is not None)
