"""Where ingest keeps its work: events, outcomes and positions, all in one transaction or not at all."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, Engine

from connectors.database import HOUR_US, from_us, to_us, writing
from connectors.dialect import Dialect
from monitor.domain.events import DeadLetter, Design, Kind, Label, Model, Partition, Prediction
from monitor.domain.join import Changes, Joined, KnownPrediction, Memory
from monitor.errors import FencedError
from monitor.ports import Claimed

_encode = msgspec.json.encode
_slices = msgspec.json.Decoder(dict[str, str])
DEAD_LETTERS_KEPT = 10_000


class IngestStore:
    """The `monitor.ports.IngestStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, cluster_id: str, group: str) -> None:
        self._engine = engine
        self._cluster_id = cluster_id
        self._group = group
        self._epochs: dict[Partition, int] = {}
        self._models = ModelIds()

    def claim(self, partitions: Sequence[Partition], *, afresh: bool = False) -> dict[Partition, Claimed]:
        """Raise the epoch of each partition, so that whoever had it before can no longer write."""
        claimed: dict[Partition, Claimed] = {}
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            for partition in sorted(partitions):
                row = sql.one(
                    'INSERT INTO position (cluster_id, group_id, topic, "partition", next_offset, epoch,'
                    " rejected_in_a_row) VALUES (?, ?, ?, ?, NULL, 1, 0)"
                    ' ON CONFLICT (cluster_id, group_id, topic, "partition")'
                    " DO UPDATE SET epoch = position.epoch + 1"
                    " RETURNING epoch, next_offset, rejected_in_a_row",
                    self._cluster_id,
                    self._group,
                    *partition,
                )
                self._epochs[partition] = row[0]
                if afresh:
                    sql.run(
                        "UPDATE position SET next_offset = NULL, rejected_in_a_row = 0 WHERE cluster_id = ?"
                        ' AND group_id = ? AND topic = ? AND "partition" = ?',
                        self._cluster_id,
                        self._group,
                        *partition,
                    )
                    row = (row[0], None, 0)
                claimed[partition] = Claimed(row[1], row[2])
        return claimed

    def reset_positions(self, topics: Sequence[str]) -> int:
        """Forget how far these topics were read, so that they are read again from their beginning."""
        with writing(self._engine) as connection:
            return Dialect(connection).run(
                "UPDATE position SET next_offset = NULL, epoch = epoch + 1, rejected_in_a_row = 0"
                " WHERE cluster_id = ? AND group_id = ? AND topic IN {ids}",
                self._cluster_id,
                self._group,
                Dialect(connection).any_of(topics),
            )

    @contextmanager
    def transaction(self) -> Iterator["IngestTransaction"]:
        """Everything done inside is saved together at the end, or, on any exception, not at all."""
        with writing(self._engine) as connection:
            yield IngestTransaction(connection, self._models, self._cluster_id, self._group, self._epochs)
        self._models.settle()


class ModelIds:
    """Model ids seen so far, both ways. What a transaction adds counts only once it is committed."""

    def __init__(self) -> None:
        self._by_model: dict[Model, int] = {}
        self._by_id: dict[int, Model] = {}
        self._fresh: list[Model] = []

    def id_of(self, sql: Dialect, model: Model) -> int:
        """The id of a model, given to it now if it is new."""
        if model in self._by_model:
            return self._by_model[model]
        names = (model.name, model.version, model.environment)
        sql.run(
            "INSERT INTO model (name, version, environment) VALUES (?, ?, ?)"
            " ON CONFLICT (name, version, environment) DO NOTHING",
            *names,
        )
        found: int = sql.one(
            "SELECT id FROM model WHERE name = ? AND version = ? AND environment = ?", *names
        )[0]
        self._by_model[model], self._by_id[found] = found, model
        self._fresh.append(model)
        return found

    def model_of(self, sql: Dialect, model_id: int) -> Model:
        """The model with an id that a row holds."""
        if model_id not in self._by_id:
            model = Model(*sql.one("SELECT name, version, environment FROM model WHERE id = ?", model_id))
            self._by_model[model], self._by_id[model_id] = model_id, model
        return self._by_id[model_id]

    def settle(self) -> None:
        """The transaction was committed: its ids are there to stay."""
        self._fresh.clear()

    def forget_unsettled(self) -> None:
        """A transaction was rolled back, and the ids it gave with it."""
        for model in self._fresh:
            self._by_id.pop(self._by_model.pop(model), None)
        self._fresh.clear()


class IngestTransaction:
    """One batch on its way into the database."""

    def __init__(
        self,
        connection: Connection,
        models: ModelIds,
        cluster_id: str,
        group: str,
        epochs: Mapping[Partition, int],
    ) -> None:
        self._sql = Dialect(connection)
        models.forget_unsettled()
        self._models = models
        self._cluster_id = cluster_id
        self._group = group
        self._epochs = epochs

    def load(self, predictions: Mapping[str, Prediction], labels: Sequence[Label]) -> Memory:
        """What is known of the ids in a batch. On PostgreSQL their rows stay locked until the end.

        `predictions` holds the batch's first prediction of each id.
        """
        sql = self._sql
        if sql.postgresql:
            self._lock(predictions.keys() | {label.prediction_id for label in labels})
        label_ids = {label.label_id for label in labels}
        owners: dict[str, str] = (
            dict(
                sql.rows(
                    "SELECT label_id, prediction_id FROM label WHERE label_id IN {ids}",
                    sql.any_of(label_ids),
                )
            )
            if label_ids
            else {}
        )
        labelled = {label.prediction_id for label in labels} | set(owners.values())
        ids = sorted(labelled | predictions.keys())
        known, stubs = {}, set()
        for row in sql.rows(
            "SELECT prediction_id, model_id, ts_us, intent, slices, digest FROM prediction"
            " WHERE prediction_id IN {ids}",
            sql.any_of(ids),
        ):
            if row[1] is None:
                stubs.add(row[0])
            else:
                known[row[0]] = self._known(*row[1:])
        memory = Memory(known, {}, {}, {})
        if asked := labelled | stubs:
            self._load_labels(memory, sql.any_of(sorted(asked)))
        return memory

    def _lock(self, prediction_ids: Set[str]) -> None:
        """Make and lock a row per prediction, in one order, so that two agents meet there one by one.

        The other half of a join may be on its way in another agent's transaction: this waits for it.
        """
        self._sql.run(
            "INSERT INTO prediction (prediction_id) SELECT id FROM unnest(?::text[]) AS id ORDER BY id"
            " ON CONFLICT (prediction_id) DO UPDATE SET prediction_id = excluded.prediction_id",
            sorted(prediction_ids),
        )

    def _load_labels(self, memory: Memory, ids: object) -> None:
        for (
            label_id,
            prediction_id,
            intent,
            at,
            revision,
            retracted,
            kind,
            design,
            probability,
        ) in self._sql.rows(
            "SELECT label_id, prediction_id, intent, labeled_at_us, revision, retracted, kind, design,"
            " probability FROM label WHERE prediction_id IN {ids}",
            ids,
        ):
            memory.labels.setdefault(prediction_id, {})[label_id] = Label(
                label_id,
                prediction_id,
                intent,
                from_us(at),
                revision,
                bool(retracted),
                Kind(kind),
                Design(design),
                probability,
            )
            memory.owner[label_id] = prediction_id
        for (
            prediction_id,
            seq,
            intent,
            label_id,
            at,
            kind,
            design,
            probability,
            model_id,
            ts_us,
            predicted,
            slices,
            digest,
        ) in self._sql.rows(
            "SELECT prediction_id, seq, intent, label_id, labeled_at_us, kind, design, probability,"
            " model_id, ts_us, predicted, slices, digest FROM outcome WHERE prediction_id IN {ids}",
            ids,
        ):
            memory.outcomes[prediction_id] = Joined(
                prediction_id, intent, label_id, from_us(at), Kind(kind), Design(design), probability, seq
            )
            if prediction_id not in memory.predictions:  # retention dropped the prediction itself
                memory.predictions[prediction_id] = self._known(model_id, ts_us, predicted, slices, digest)

    def _known(
        self, model_id: int, ts_us: int, intent: str, slices: str | None, digest: bytes
    ) -> KnownPrediction:
        return KnownPrediction(
            self._models.model_of(self._sql, model_id),
            from_us(ts_us),
            intent,
            _slices.decode(slices) if slices else {},
            bytes(digest),
        )

    def write(self, changes: Changes, memory: Memory) -> None:
        """Write what the join changed."""
        self._write_events(changes, memory)
        self._write_outcomes(changes, memory)
        self._write_traffic(changes, memory)
        self._note_latest(changes)

    def _note_latest(self, changes: Changes) -> None:
        times = [p.ts for p in changes.predictions.values()]
        times += [label.labeled_at for label in changes.labels.values()]
        if times:
            self._sql.run(
                "INSERT INTO counter (name, value) VALUES ('latest_event_us', ?) ON CONFLICT (name)"
                " DO UPDATE SET value = CASE WHEN excluded.value > counter.value THEN excluded.value"
                " ELSE counter.value END",
                to_us(max(times)),
            )

    def _write_events(self, changes: Changes, memory: Memory) -> None:
        sql, id_of = self._sql, self._models.id_of
        sql.many(
            "INSERT INTO prediction (prediction_id, model_id, ts_us, intent, score, slices, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (prediction_id) DO UPDATE SET"
            " model_id = excluded.model_id, ts_us = excluded.ts_us, intent = excluded.intent,"
            " score = excluded.score, slices = excluded.slices, digest = excluded.digest",
            [
                (
                    p.prediction_id,
                    id_of(sql, p.model),
                    to_us(p.ts),
                    p.intent,
                    p.score,
                    _encode(p.slices).decode() if p.slices else None,
                    p.digest,
                )
                for p in changes.predictions.values()
            ],
        )
        labels = changes.labels.values()
        sql.many(
            "INSERT INTO prediction (prediction_id) VALUES (?) ON CONFLICT (prediction_id) DO NOTHING",
            [
                (waiting,)
                for waiting in sorted({label.prediction_id for label in labels} - memory.predictions.keys())
            ],
        )
        sql.many(
            "INSERT INTO label (label_id, prediction_id, intent, labeled_at_us, revision, retracted, kind,"
            " design, probability) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (label_id) DO UPDATE SET"
            " prediction_id = excluded.prediction_id, intent = excluded.intent,"
            " labeled_at_us = excluded.labeled_at_us, revision = excluded.revision,"
            " retracted = excluded.retracted, kind = excluded.kind, design = excluded.design,"
            " probability = excluded.probability",
            [
                (
                    label.label_id,
                    label.prediction_id,
                    label.intent,
                    to_us(label.labeled_at),
                    label.revision,
                    label.retracted,
                    label.kind.value,
                    label.design.value,
                    label.probability,
                )
                for label in labels
            ],
        )

    def _write_outcomes(self, changes: Changes, memory: Memory) -> None:
        sql = self._sql
        if changes.completed:
            last = self._count_up("outcome", len(changes.completed))
            for seq, outcome in enumerate(changes.completed, last - len(changes.completed) + 1):
                outcome.seq = seq
            sql.many(
                "INSERT INTO outcome (seq, prediction_id, model_id, ts_us, predicted, intent, label_id,"
                " labeled_at_us, kind, design, probability, slices, digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    self._outcome_row(outcome, memory.predictions[outcome.prediction_id])
                    for outcome in changes.completed
                ],
            )
        if changes.revised:
            last = self._count_up("revision", len(changes.revised))
            first = last - len(changes.revised) + 1
            sql.many(
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
                    for r in changes.revised
                ],
            )
            sql.many(
                "INSERT INTO revision (id, seq, model_id, was, now, because) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        number,
                        r.after.seq,
                        self._models.id_of(sql, memory.predictions[r.after.prediction_id].model),
                        _encode(r.before).decode(),
                        _encode(r.after).decode(),
                        r.because,
                    )
                    for number, r in enumerate(changes.revised, first)
                ],
            )

    def _outcome_row(self, outcome: Joined, known: KnownPrediction) -> tuple[object, ...]:
        return (
            outcome.seq,
            outcome.prediction_id,
            self._models.id_of(self._sql, known.model),
            to_us(known.ts),
            known.intent,
            outcome.intent,
            outcome.label_id,
            to_us(outcome.labeled_at),
            outcome.kind.value,
            outcome.design.value,
            outcome.probability,
            _encode(known.slices).decode() if known.slices else None,
            known.digest,
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

    def _write_traffic(self, changes: Changes, memory: Memory) -> None:
        predictions: Counter[tuple[Model, int, str]] = Counter()
        labelled: Counter[tuple[Model, int, str]] = Counter()
        for p in changes.predictions.values():
            predictions[p.model, to_us(p.ts) // HOUR_US, p.intent] += 1
        gained = [(outcome.prediction_id, int(outcome.intent is not None)) for outcome in changes.completed]
        gained += [
            (r.after.prediction_id, (r.after.intent is not None) - (r.before.intent is not None))
            for r in changes.revised
        ]
        for prediction_id, change in gained:
            known = memory.predictions[prediction_id]
            labelled[known.model, to_us(known.ts) // HOUR_US, known.intent] += change
        self._sql.many(
            "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (model_id, hour, predicted) DO UPDATE SET"
            " predictions = traffic.predictions + excluded.predictions,"
            " labelled = traffic.labelled + excluded.labelled",
            [
                (self._models.id_of(self._sql, key[0]), key[1], key[2], predictions[key], labelled[key])
                for key in sorted(predictions.keys() | labelled.keys())
            ],
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
