"""One batch on its way into the database: what is known of its ids out, what the join changed in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from hashlib import sha256

import msgspec

from connectors.database import HOUR_US, to_us
from connectors.dialect import Dialect
from connectors.erased import erased_among, note_subjects
from connectors.ingest_rows import (
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
from connectors.model_ids import ModelIds
from monitor.domain.events import DeadLetter, Label, Partition, Prediction
from monitor.domain.join import Changes, Known, Memory, Revision
from monitor.errors import FencedError
from monitor.ports import Claimed

_encode = msgspec.json.encode
DEAD_LETTERS_KEPT = 10_000


class IngestTransaction:
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

    def load(
        self,
        predictions: Mapping[str, Prediction],
        labels: Sequence[Label],
        subjects: Mapping[str, str] | None = None,
    ) -> Memory:
        """What is known of the ids in a batch."""
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

    def note_subjects(self, subjects: Mapping[str, str]) -> None:
        """Remember whom predictions are about."""
        note_subjects(self._sql, subjects)

    def _meet(self, _predictions: Mapping[str, Prediction], _ids: Set[str]) -> set[str]:
        """See to it that nobody else decides on these ids until the end; those that are surely new."""
        return set()

    def _owners(self, label_ids: Set[str]) -> dict[str, str]:
        """The prediction that each label id named so far."""
        if not label_ids:
            return {}
        asked = "SELECT label_id, prediction_id FROM label WHERE label_id IN {ids}"
        found = self._sql.rows(asked + self._sql.for_update("label_id"), self._sql.any_of(sorted(label_ids)))
        return dict(map(tuple, found))

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

    def write(self, changes: Changes, memory: Memory) -> None:
        """Write what the join changed."""
        id_of, sql = self._models.id_of, self._sql
        predictions = {
            prediction_id: prediction_row(prediction, id_of(sql, prediction.model))
            for prediction_id, prediction in changes.predictions.items()
        }
        labels = {label_id: label_row(label) for label_id, label in changes.labels.items()}
        waiting = {label.prediction_id for label in changes.labels.values()} - memory.predictions.keys()
        self._write_predictions(predictions, waiting)
        self._write_labels(labels)
        outcomes: list[Row] = []
        if changes.completed:
            last = self._count_up("outcome", len(changes.completed))
            for seq, outcome in enumerate(changes.completed, last - len(changes.completed) + 1):
                outcome.seq = seq
                known = memory.predictions[outcome.prediction_id]
                outcomes.append(outcome_row(outcome, known, id_of(sql, known.model)))
            self._write_outcomes(outcomes)
        if changes.revised:
            self._revise(changes.revised, memory.predictions)
        self._write_traffic(predictions.values(), outcomes, changes.revised, memory.predictions)
        self._note_latest([row[2] for row in predictions.values()], [row[3] for row in labels.values()])

    def _write_predictions(self, rows: Mapping[str, Row], waiting: Set[str]) -> None:
        """Write predictions, and an empty row for each that is so far only named by labels."""
        self._sql.many(
            f"INSERT INTO prediction ({PREDICTION}) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (prediction_id) DO UPDATE SET"
            " model_id = excluded.model_id, ts_us = excluded.ts_us, intent = excluded.intent,"
            " score = excluded.score, slices = excluded.slices, digest = excluded.digest",
            list(rows.values()),
        )
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
        last = self._count_up("revision", len(revised))
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

    def _count_up(self, name: str, by: int) -> int:
        """Take `by` numbers; the row stays locked until the commit, so numbers show up in their order."""
        value: int = self._sql.one(
            "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name)"
            " DO UPDATE SET value = counter.value + excluded.value RETURNING value",
            name,
            by,
        )[0]
        return value

    def _write_traffic(
        self,
        predictions: Iterable[Row],
        outcomes: Iterable[Row],
        revised: Iterable[Revision],
        known: Mapping[str, Known],
    ) -> None:
        """Count predictions, and how many of them have an outcome, by hour and predicted intent."""
        made = Counter((row[1], row[2] // HOUR_US, row[3]) for row in predictions)
        labelled = Counter((row[2], row[3] // HOUR_US, row[4]) for row in outcomes if row[5] is not None)
        for r in revised:
            of = known[r.after.prediction_id]
            key = (self._models.id_of(self._sql, of.model), to_us(of.ts) // HOUR_US, of.intent)
            labelled[key] += (r.after.intent is not None) - (r.before.intent is not None)
        self._sql.many(
            "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (model_id, hour, predicted) DO UPDATE SET"
            " predictions = traffic.predictions + excluded.predictions,"
            " labelled = traffic.labelled + excluded.labelled",
            [(*key, made[key], labelled[key]) for key in sorted(made.keys() | labelled.keys())],
        )

    def _note_latest(self, *times_us: Sequence[int]) -> None:
        if latest := max((max(times) for times in times_us if times), default=None):
            self._sql.run(
                "INSERT INTO counter (name, value) VALUES ('latest_event_us', ?) ON CONFLICT (name)"
                " DO UPDATE SET value = CASE WHEN excluded.value > counter.value THEN excluded.value"
                " ELSE counter.value END",
                latest,
            )

    def count(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to what became of the events of each topic, keyed by (topic, what became of them)."""
        self._sql.many(
            "INSERT INTO event_count (topic, became, count) VALUES (?, ?, ?)"
            " ON CONFLICT (topic, became) DO UPDATE SET count = event_count.count + excluded.count",
            [(*key, n) for key, n in sorted(counts.items()) if n],
        )

    def bury(self, letters: Sequence[DeadLetter]) -> None:
        """Note dead letters: code, headers, hash and place, never the bytes; only the newest are kept."""
        rows = [
            (
                self._cluster_id,
                *letter.record.partition,
                letter.record.offset,
                letter.code,
                letter.detail,
                str([name for name, _ in letter.record.headers]),
                sha256(letter.record.value or b"").hexdigest(),
                to_us(letter.failed_at),
            )
            for letter in letters
        ]
        self._sql.many(
            'INSERT INTO dead_letter (cluster_id, topic, "partition", "offset", code, detail, headers,'
            " sha256, failed_at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            rows,
        )
        if rows:
            self._sql.run(
                "DELETE FROM dead_letter WHERE failed_at_us < (SELECT failed_at_us FROM dead_letter"
                f" ORDER BY failed_at_us DESC LIMIT 1 OFFSET {DEAD_LETTERS_KEPT})"
            )

    def advance(self, positions: Mapping[Partition, Claimed]) -> None:
        """Move positions on, if they are still ours.

        Raises:
            FencedError: another agent claimed a partition since, or a position would go back.
        """
        for partition, (next_offset, rejected_in_a_row) in sorted(positions.items()):
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
