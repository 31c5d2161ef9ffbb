"""The rows of predictions within one batch's transaction: met, read, made, filled in, taken back."""

from collections.abc import Iterable, Mapping, Sequence, Set
from operator import is_

from connectors.sql.dialect import Dialect, Row
from connectors.sql.ingest.rows import PREDICTION, known_prediction, prediction_row
from connectors.sql.model_ids import ModelIds
from monitor.domain.events.joined import Memory
from monitor.domain.events.types import Prediction, PredictionKey


class PredictionRows:
    """An id has a row from the moment that an event names it: the row of ordinal 0, where all that is about it meets.

    While only labels name it, the row holds nothing but the id. The predictions of further models have rows of
    their own, with ordinals from 1; no id has those without its first.
    """

    def __init__(self, sql: Dialect, models: ModelIds, received_us: int | None) -> None:
        self._sql = sql
        self._models = models
        self._received_us = received_us
        self._new: Set[str] = frozenset()  # the ids whose rows are all made here
        self._bare: Set[str] = frozenset()  # those of them that hold nothing but the id
        # Written before the join decided, on the chance that they are new: their rows, by what was written.
        self._sent: Mapping[PredictionKey, Prediction] = {}
        self._built: dict[PredictionKey, Row] = {}
        # The next ordinal of an id that has rows; where it holds nothing but the id, that row is filled in.
        self._next: dict[str, int] = {}

    def meet(self, predictions: Mapping[PredictionKey, Prediction], ids: Set[str]) -> Set[str]:
        """See to it that nobody else decides on these ids until the end; those that are surely new.

        `ids` are all that the batch names, those of `predictions` among them. SQLite's write lock holds them.
        Mostly all predictions of a batch are new. Then writing them at once saves looking for them first; if
        one was there, nothing of it stays.
        """
        if not predictions:
            return frozenset()
        sql = self._sql
        rows = self._rows_of(predictions.items())
        sql.run("SAVEPOINT meet")
        made = sql.many(
            f"INSERT INTO prediction ({PREDICTION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (prediction_id, ordinal) DO NOTHING",
            rows,
        )
        all_new = made == len(rows)
        if not all_new:
            sql.run("ROLLBACK TO meet")
        sql.run("RELEASE meet")
        if not all_new:
            return frozenset()
        self._sent = predictions
        self._new = {row[0] for row in rows}
        return self._new

    def _rows_of(self, predictions: Iterable[tuple[PredictionKey, Prediction]]) -> list[Row]:
        """Their rows, where each takes the next ordinal of its id."""
        rows: list[Row] = []
        ordinals, built, received_us = self._next, self._built, self._received_us
        for key, prediction in predictions:
            prediction_id, model = key
            ordinal = ordinals.get(prediction_id, 0)
            ordinals[prediction_id] = ordinal + 1
            model_id = self._models.id_of(self._sql, model)
            built[key] = row = prediction_row(prediction, ordinal, model_id, received_us)
            rows.append(row)
        return rows

    def load(self, memory: Memory, ids: Set[str]) -> Set[str]:
        """Read what is stored of these ids into `memory`; those that only labels named so far."""
        if not ids:
            return frozenset()
        sql, stubs = self._sql, set()
        self._next = {key: ordinal for key, ordinal in self._next.items() if key not in ids}
        for prediction_id, ordinal, model_id, *rest in sql.rows(
            "SELECT prediction_id, ordinal, model_id, ts_us, intent, slices, digest, customer, answers FROM"
            " prediction"
            " WHERE prediction_id IN {ids}",
            sql.any_of(sorted(ids)),
        ):
            if model_id is None:
                stubs.add(prediction_id)
                continue
            self._next[prediction_id] = max(self._next.get(prediction_id, 0), ordinal + 1)
            model = self._models.model_of(sql, model_id)
            memory.predictions.setdefault(prediction_id, {})[model] = known_prediction(model, *rest)
        return stubs

    def write(self, predictions: Mapping[PredictionKey, Prediction], waiting: Set[str]) -> Sequence[Row]:
        """Write predictions, and an empty row for each id that is so far only named by labels; the rows written.

        Most are there since `meet`. Where the join did not take just what was written of an id, all of that is
        taken back and what it took is written anew.
        """
        sent = self._sent
        if len(sent) == len(predictions) and all(map(is_, sent.values(), predictions.values())):
            # As mostly: each was written as the join took it.
            self._take_back(self._bare - waiting)
            self._make_wait(waiting - self._new)
            return [self._built[key] for key in predictions]
        wrong = {key.prediction_id for key, first in sent.items() if predictions.get(key) is not first}
        self._take_back(wrong | (self._bare - waiting))
        missing = {
            key: prediction
            for key, prediction in predictions.items()
            if sent.get(key) is not prediction or key.prediction_id in wrong
        }
        self._add(self._rows_of(missing.items()))
        self._add_stubs(waiting & wrong)
        self._make_wait(waiting - self._new)
        return [self._built[key] for key in predictions]

    def _add(self, rows: Sequence[Row]) -> None:
        """Write rows; one that holds nothing but the id is filled in."""
        self._sql.many(
            f"INSERT INTO prediction ({PREDICTION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (prediction_id, ordinal) DO UPDATE SET"
            " model_id = excluded.model_id, ts_us = excluded.ts_us, intent = excluded.intent,"
            " score = excluded.score, slices = excluded.slices, digest = excluded.digest,"
            " received_us = excluded.received_us, customer = excluded.customer, answers = excluded.answers",
            rows,
        )

    def _take_back(self, ids: Set[str]) -> None:
        """Drop what `meet` wrote of these ids."""
        if ids:
            self._sql.run(
                "DELETE FROM prediction WHERE prediction_id IN {ids}", self._sql.any_of(sorted(ids))
            )
        for prediction_id in ids:
            self._next.pop(prediction_id, None)

    def _make_wait(self, waiting: Set[str]) -> None:
        """See to it that each id has a row at which its labels wait."""
        self._add_stubs(waiting)

    def _add_stubs(self, ids: Set[str]) -> None:
        self._sql.many(
            "INSERT INTO prediction (prediction_id, ordinal) VALUES (?, 0)"
            " ON CONFLICT (prediction_id, ordinal) DO NOTHING",
            [(prediction_id,) for prediction_id in sorted(ids)],
        )
