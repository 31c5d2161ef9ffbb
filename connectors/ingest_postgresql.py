"""The same batch on PostgreSQL: rows go in by COPY, and two agents with one id meet at its row, one by one."""

from collections.abc import Iterable, Mapping, Set

import psycopg

from connectors.ingest_rows import LABEL, OUTCOME, PREDICTION, Row, prediction_row
from connectors.ingest_transaction import IngestTransaction
from monitor.domain.events import Prediction
from monitor.errors import UnavailableError

# `WHERE false` leaves a row that is there as it is, but locks it, and waits for whoever is writing it now.
_MEET = (
    "INSERT INTO prediction ({columns}) SELECT {columns} FROM {incoming}"
    ' ORDER BY prediction_id COLLATE "C" ON CONFLICT (prediction_id)'
    " DO UPDATE SET prediction_id = excluded.prediction_id WHERE false RETURNING prediction_id"
)


class PostgresqlIngestTransaction(IngestTransaction):
    """One batch's transaction. Rows are locked in one order everywhere, so that two agents seldom collide.

    The order: models, predictions by id, labels by id, the outcome counter, traffic. Where two collide
    nevertheless PostgreSQL ends one of them, and it tries its batch again.
    """

    _sent: Mapping[str, Prediction] = {}
    _new: Set[str] = frozenset()

    def _meet(self, predictions: Mapping[str, Prediction], ids: Set[str]) -> set[str]:
        """Insert what is new and lock what is there already, in one pass; the new ones.

        The other half of a join may be on its way in another agent's transaction: this waits for it.
        """
        sql = self._sql
        if predictions:
            for model in sorted({prediction.model for prediction in predictions.values()}):
                self._models.id_of(sql, model)
            sql.run("CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE prediction) ON COMMIT DELETE ROWS")
            sql.copy("incoming", PREDICTION, self._rows(predictions, ids))
            new = {row[0] for row in sql.rows(_MEET.format(columns=PREDICTION, incoming="incoming"))}
        else:
            asked = "unnest(?::text[]) AS incoming (prediction_id)"
            new = {
                row[0]
                for row in sql.rows(
                    _MEET.format(columns="prediction_id", incoming=asked), sql.any_of(sorted(ids))
                )
            }
        self._sent, self._new = predictions or self._sent, self._new | new
        return new

    def _rows(self, predictions: Mapping[str, Prediction], ids: Set[str]) -> Iterable[Row]:
        id_of, sql = self._models.id_of, self._sql
        for prediction_id in sorted(ids):
            prediction = predictions.get(prediction_id)
            if prediction is None:
                yield (prediction_id, None, None, None, None, None, None)
            else:
                yield prediction_row(prediction, id_of(sql, prediction.model))

    def _write_predictions(self, rows: Mapping[str, Row], waiting: Set[str]) -> None:
        """Most rows are there since `_meet`. What the join did not take is taken back, the rest filled in."""
        there = {
            i for i in self._new & self._sent.keys() & rows.keys() if rows[i][-1] == self._sent[i].digest
        }
        super()._write_predictions({i: row for i, row in rows.items() if i not in there}, frozenset())
        if left := self._new - rows.keys():
            self._sql.run("DELETE FROM prediction WHERE prediction_id IN {ids}", sorted(left - waiting))
            self._sql.run(
                "UPDATE prediction SET model_id = NULL, ts_us = NULL, intent = NULL, score = NULL,"
                " slices = NULL, digest = NULL WHERE prediction_id IN {ids}",
                sorted(left & waiting & self._sent.keys()),
            )

    def _write_labels(self, rows: Mapping[str, Row]) -> None:
        known = self._labels_known
        super()._write_labels({i: row for i, row in rows.items() if i in known})
        try:
            self._sql.copy("label", LABEL, [rows[i] for i in sorted(rows.keys() - known)])
        except psycopg.errors.UniqueViolation as err:
            # One new label id that names two predictions, in two partitions, at the same moment.
            raise UnavailableError("another agent took in the same label at the same moment") from err

    def _write_outcomes(self, rows: Iterable[Row]) -> None:
        self._sql.copy("outcome", OUTCOME, rows)
