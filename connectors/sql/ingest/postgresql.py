"""The same batch on PostgreSQL: rows go in by COPY, and two agents with one id meet at its row, one by one."""

from collections.abc import Iterable, Mapping, Sequence, Set

import psycopg
from typing_extensions import override

from connectors.sql.dialect import Dialect, Row
from connectors.sql.ingest.labels import LabelRows
from connectors.sql.ingest.outcomes import OutcomeRows
from connectors.sql.ingest.predictions import PredictionRows
from connectors.sql.ingest.rows import (
    LABEL,
    LABEL_TYPES,
    PREDICTION,
    PREDICTION_TYPES,
)
from connectors.sql.ingest.transaction import BatchRows
from connectors.sql.model_ids import ModelIds
from connectors.sql.outcome import OUTCOME, OUTCOME_TYPES
from monitor.domain.events.types import Prediction
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


class PostgresqlPredictionRows(PredictionRows):
    """Predictions go in by COPY where all are new, and else through a table of their own."""

    def __init__(self, sql: Dialect, models: ModelIds, luck: Luck) -> None:
        super().__init__(sql, models)
        self._luck = luck

    @override
    def meet(self, predictions: Mapping[str, Prediction], ids: Set[str]) -> set[str]:
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

    @override
    def _make_wait(self, waiting: Set[str]) -> None:
        """Every id has had its row since `meet`."""


class PostgresqlLabelRows(LabelRows):
    """Labels that are new go in by COPY."""

    @override
    def _write(self, rows: Mapping[str, Row]) -> None:
        known = self._known
        super()._write({i: row for i, row in rows.items() if i in known})
        try:
            self._sql.copy("label", LABEL, LABEL_TYPES, [rows[i] for i in sorted(rows.keys() - known)])
        except psycopg.errors.UniqueViolation as err:
            # One new label id that names two predictions, in two partitions, at the same moment.
            raise UnavailableError("another agent took in the same label at the same moment") from err


class PostgresqlOutcomeRows(OutcomeRows):
    """Outcomes go in by COPY: their numbers are new."""

    @override
    def _write(self, rows: Sequence[Row]) -> None:
        self._sql.copy("outcome", OUTCOME, OUTCOME_TYPES, rows)


def postgresql_rows(sql: Dialect, models: ModelIds, luck: Luck) -> BatchRows:
    """The rows of one batch.

    They are locked in one order everywhere, so that two agents seldom collide: models, predictions by id,
    labels by id, the outcome counter, traffic. Where two collide nevertheless PostgreSQL ends one of them,
    and it tries its batch again.
    """
    # Ids are looked up by the hundred. As disks go by default, reading whole tables would seem cheaper.
    sql.run("SET LOCAL random_page_cost = 0.1")
    return BatchRows(
        PostgresqlPredictionRows(sql, models, luck),
        PostgresqlLabelRows(sql),
        PostgresqlOutcomeRows(sql, models),
    )
