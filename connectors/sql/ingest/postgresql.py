"""The same batch on PostgreSQL: rows go in by COPY, and two agents with one id meet at its row, one by one."""

from collections.abc import Iterable, Mapping, Sequence, Set

import psycopg

from connectors.sql.dialect import Dialect
from connectors.sql.ingest.rows import (
    LABEL,
    LABEL_TYPES,
    OUTCOME,
    OUTCOME_TYPES,
    PREDICTION,
    PREDICTION_TYPES,
    Row,
)
from connectors.sql.ingest.transaction import IngestTransaction
from connectors.sql.model_ids import ModelIds
from monitor.domain.events.types import Partition, Prediction
from monitor.errors import UnavailableError

# `WHERE false` leaves a row that is there as it is, but locks it, and waits for whoever is writing it now.
_MEET = (
    "INSERT INTO prediction ({columns}) SELECT {columns} FROM {incoming}"
    " ORDER BY prediction_id ON CONFLICT (prediction_id)"
    " DO UPDATE SET prediction_id = excluded.prediction_id WHERE false RETURNING prediction_id"
)


WAIT_AFTER_BAD_LUCK = 20  # batches


class Luck:
    """How many batches to go until all predictions of one are hoped to be new again."""

    def __init__(self) -> None:
        self.wait = 0


class PostgresqlIngestTransaction(IngestTransaction):
    """One batch's transaction. Rows are locked in one order everywhere, so that two agents seldom collide.

    The order: models, predictions by id, labels by id, the outcome counter, traffic. Where two collide
    nevertheless PostgreSQL ends one of them, and it tries its batch again.
    """

    def __init__(
        self,
        sql: Dialect,
        models: ModelIds,
        cluster_id: str,
        group: str,
        epochs: Mapping[Partition, int],
        luck: Luck,
    ) -> None:
        super().__init__(sql, models, cluster_id, group, epochs)
        self._luck = luck
        # Ids are looked up by the hundred. As disks go by default, reading whole tables would seem cheaper.
        sql.run("SET LOCAL random_page_cost = 0.1")

    def _meet(self, predictions: Mapping[str, Prediction], ids: Set[str]) -> set[str]:
        """Insert what is new and lock what is there already, in the order of the ids; the new ones.

        The other half of a join may be on its way in another agent's transaction: this waits for it.
        """
        for model in sorted({prediction.model for prediction in predictions.values()}):
            self._models.id_of(self._sql, model)
        named = ids - predictions.keys()
        if not predictions:
            new = self._meet_named(named)
        elif not named or max(named) < min(predictions):
            # Mostly labels are about older predictions: two steps keep the order, and the second may pour.
            new = self._meet_named(named) | self._meet_predictions(predictions)
        else:
            new = self._meet_in_order(self._rows(predictions, ids))
        self._sent, self._new = predictions or self._sent, self._new | new
        return new

    def _meet_predictions(self, predictions: Mapping[str, Prediction]) -> set[str]:
        rows = [self._row_of(predictions[prediction_id]) for prediction_id in sorted(predictions)]
        return set(predictions) if self._pour(rows) else self._meet_in_order(rows)

    def _rows(self, predictions: Mapping[str, Prediction], ids: Set[str]) -> Iterable[Row]:
        for prediction_id in sorted(ids):
            prediction = predictions.get(prediction_id)
            if prediction is None:
                yield (prediction_id, None, None, None, None, None, None)
            else:
                yield self._row_of(prediction)

    def _meet_named(self, ids: Set[str]) -> set[str]:
        if not ids:
            return set()
        asked = "unnest(?::text[]) AS incoming (prediction_id)"
        meet = _MEET.format(columns="prediction_id", incoming=asked)
        return {row[0] for row in self._sql.rows(meet, self._sql.any_of(sorted(ids)))}

    def _pour(self, rows: Sequence[Row]) -> bool:
        """Write all predictions straight into their table; nothing where one of them is there already.

        That is half the work, and mostly all are new. After bad luck it is not tried for a while.
        """
        if self._luck.wait > 0:
            self._luck.wait -= 1
            return False
        self._sql.run("SAVEPOINT pour")
        try:
            self._sql.copy("prediction", PREDICTION, PREDICTION_TYPES, rows)
        except psycopg.errors.UniqueViolation:
            self._luck.wait = WAIT_AFTER_BAD_LUCK
            self._sql.run("ROLLBACK TO pour")
        self._sql.run("RELEASE pour")
        return self._luck.wait == 0

    def _meet_in_order(self, rows: Iterable[Row]) -> set[str]:
        sql = self._sql
        sql.run("CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE prediction) ON COMMIT DELETE ROWS")
        sql.copy("incoming", PREDICTION, PREDICTION_TYPES, rows)
        return {row[0] for row in sql.rows(_MEET.format(columns=PREDICTION, incoming="incoming"))}

    def _make_wait(self, waiting: Set[str]) -> None:
        """Every id has had its row since `_meet`."""

    def _write_labels(self, rows: Mapping[str, Row]) -> None:
        known = self._labels_known
        super()._write_labels({i: row for i, row in rows.items() if i in known})
        try:
            self._sql.copy("label", LABEL, LABEL_TYPES, [rows[i] for i in sorted(rows.keys() - known)])
        except psycopg.errors.UniqueViolation as err:
            # One new label id that names two predictions, in two partitions, at the same moment.
            raise UnavailableError("another agent took in the same label at the same moment") from err

    def _write_outcomes(self, rows: Iterable[Row]) -> None:
        self._sql.copy("outcome", OUTCOME, OUTCOME_TYPES, rows)
