"""The same batch on PostgreSQL: rows go in by COPY, and two agents with one id meet at its row, one by one."""

from collections.abc import Iterable, Mapping, Set

import psycopg

from connectors.ingest_rows import LABEL, OUTCOME, PREDICTION, Row
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
        for prediction_id in sorted(ids):
            prediction = predictions.get(prediction_id)
            if prediction is None:
                yield (prediction_id, None, None, None, None, None, None)
            else:
                yield self._row_of(prediction)

    def _make_wait(self, waiting: Set[str]) -> None:
        """Every id has had its row since `_meet`."""

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
