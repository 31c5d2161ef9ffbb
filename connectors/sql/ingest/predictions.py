"""The rows of predictions within one batch's transaction: met, read, made, filled in, taken back."""

from collections.abc import Mapping, Sequence, Set

from connectors.sql.dialect import Dialect, Row
from connectors.sql.ingest.rows import PREDICTION, known_prediction, prediction_row
from connectors.sql.model_ids import ModelIds
from monitor.domain.events.join import Memory
from monitor.domain.events.types import Prediction


class PredictionRows:
    """A prediction has one row from the moment that an event names it, so that its two halves meet there.

    While only labels name it, the row holds nothing but the id.
    """

    def __init__(self, sql: Dialect, models: ModelIds) -> None:
        self._sql = sql
        self._models = models
        # Written before the join decided, on the chance that they are new.
        self._sent: Mapping[str, Prediction] = {}
        self._new: Set[str] = frozenset()  # the rows that this made
        self._built: dict[str, Row] = {}

    def meet(self, predictions: Mapping[str, Prediction], ids: Set[str]) -> set[str]:
        """See to it that nobody else decides on these ids until the end; those that are surely new.

        `ids` are all that the batch names, those of `predictions` among them. SQLite's write lock holds them.
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

    def load(self, memory: Memory, ids: Set[str]) -> set[str]:
        """Read what is stored of these predictions into `memory`; the ids that only labels named so far."""
        if not ids:
            return set()
        sql, stubs = self._sql, set()
        for prediction_id, model_id, *rest in sql.rows(
            "SELECT prediction_id, model_id, ts_us, intent, slices, digest FROM prediction"
            " WHERE prediction_id IN {ids}",
            sql.any_of(sorted(ids)),
        ):
            if model_id is None:
                stubs.add(prediction_id)
            else:
                model = self._models.model_of(sql, model_id)
                memory.predictions[prediction_id] = known_prediction(model, *rest)
        return stubs

    def write(self, predictions: Mapping[str, Prediction], waiting: Set[str]) -> Sequence[Row]:
        """Write predictions, and an empty row for each that is so far only named by labels; the rows written.

        Most are there since `meet`. What the join did not take is taken back, the rest filled in.
        """
        rows = {
            prediction_id: self._built[prediction_id]
            if self._sent.get(prediction_id) is prediction
            else self._row_of(prediction)
            for prediction_id, prediction in predictions.items()
        }
        there = {
            i for i in self._new & self._sent.keys() & rows.keys() if rows[i][-1] == self._sent[i].digest
        }
        self._fill_in([row for i, row in rows.items() if i not in there])
        if left := self._new - rows.keys():
            self._take_back(left - waiting, left & waiting & self._sent.keys())
        self._make_wait(waiting - self._new)
        return list(rows.values())

    def _fill_in(self, rows: Sequence[Row]) -> None:
        self._sql.many(
            f"INSERT INTO prediction ({PREDICTION}) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (prediction_id) DO UPDATE SET"
            " model_id = excluded.model_id, ts_us = excluded.ts_us, intent = excluded.intent,"
            " score = excluded.score, slices = excluded.slices, digest = excluded.digest",
            rows,
        )

    def _take_back(self, unnamed: Set[str], waiting: Set[str]) -> None:
        """Drop the rows that nothing names, and empty those that labels wait at."""
        sql = self._sql
        sql.run("DELETE FROM prediction WHERE prediction_id IN {ids}", sql.any_of(sorted(unnamed)))
        sql.run(
            "UPDATE prediction SET model_id = NULL, ts_us = NULL, intent = NULL, score = NULL,"
            " slices = NULL, digest = NULL WHERE prediction_id IN {ids}",
            sql.any_of(sorted(waiting)),
        )

    def _make_wait(self, waiting: Set[str]) -> None:
        self._sql.many(
            "INSERT INTO prediction (prediction_id) VALUES (?) ON CONFLICT (prediction_id) DO NOTHING",
            [(prediction_id,) for prediction_id in sorted(waiting)],
        )
