"""The same batch on PostgreSQL: rows go in by COPY, and two agents with one id meet at its row, one by one."""

from collections.abc import Mapping, Sequence, Set

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
from monitor.domain.events.types import Prediction, PredictionKey
from monitor.errors import UnavailableError

# `WHERE false` leaves a row that is there as it is, but locks it, and waits for whoever is writing it now.
_MEET = (
    "INSERT INTO prediction ({columns}) SELECT {columns} FROM {incoming}"
    " ORDER BY prediction_id ON CONFLICT (prediction_id, ordinal)"
    " DO UPDATE SET prediction_id = excluded.prediction_id WHERE false RETURNING prediction_id"
)
_NOTHING = (None,) * 9  # in the place of a prediction that only labels name so far
WAIT_AFTER_BAD_LUCK = 20  # batches


def _id(item: tuple[PredictionKey, Prediction]) -> str:
    return item[0].prediction_id


class Luck:
    """How many batches to go until all predictions of one are hoped to be new again."""

    def __init__(self) -> None:
        self.wait = 0


class PostgresqlPredictionRows(PredictionRows):
    """Predictions go in by COPY where all are new, and else through a table of their own."""

    def __init__(self, sql: Dialect, models: ModelIds, received_us: int | None, luck: Luck) -> None:
        super().__init__(sql, models, received_us)
        self._luck = luck

    @override
    def meet(self, predictions: Mapping[PredictionKey, Prediction], ids: Set[str]) -> Set[str]:
        """Insert what is new and lock what is there already, in the order of the ids; the new ones.

        The other half of a join may be on its way in another agent's transaction: this waits for it. Only
        the first row of an id is met at; whoever holds that may write the others.
        """
        for model in sorted({key.model for key in predictions}):
            self._models.id_of(self._sql, model)
        first: dict[str, Prediction] = {}
        for key, prediction in predictions.items():
            first.setdefault(key.prediction_id, prediction)
        named = ids - first.keys()
        if not predictions:
            new = self._meet_named(named)
        elif not named or max(named) < min(first):
            # Mostly labels are about older predictions: two steps keep the order, and the second may pour.
            new = self._meet_named(named) | self._meet_predictions(predictions, first)
        else:
            new = self._meet_in_order(ids, first)
        self._new, self._bare = self._new | new, self._bare | (new - first.keys())
        return new

    def _meet_predictions(
        self, predictions: Mapping[PredictionKey, Prediction], first: Mapping[str, Prediction]
    ) -> Set[str]:
        if self._luck.wait == 0:
            rows = self._rows_of(sorted(predictions.items(), key=_id))
            if self._pour(rows):
                self._sent = predictions
                return set(first)
            self._next.clear()
        else:
            self._luck.wait -= 1
        return self._meet_in_order(first.keys(), first)

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
        self._sql.run("SAVEPOINT pour")
        try:
            self._sql.copy("prediction", PREDICTION, PREDICTION_TYPES, rows)
        except psycopg.errors.UniqueViolation:
            self._luck.wait = WAIT_AFTER_BAD_LUCK
            self._sql.run("ROLLBACK TO pour")
        self._sql.run("RELEASE pour")
        return self._luck.wait == 0

    def _meet_in_order(self, ids: Set[str], first: Mapping[str, Prediction]) -> set[str]:
        """Meet at the first row of each id, which brings the first of its predictions where there is one."""
        sql = self._sql
        sql.run("CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE prediction) ON COMMIT DELETE ROWS")
        rows = (
            row
            for prediction_id in sorted(ids)
            for row in (
                self._rows_of([(first[prediction_id].key, first[prediction_id])])
                if prediction_id in first
                else [(prediction_id, 0, *_NOTHING)]
            )
        )
        sql.copy("incoming", PREDICTION, PREDICTION_TYPES, rows)
        new = {row[0] for row in sql.rows(_MEET.format(columns=PREDICTION, incoming="incoming"))}
        if first:
            self._sent = {first[i].key: first[i] for i in new & first.keys()}
        return new

    @override
    def _add(self, rows: Sequence[Row]) -> None:
        super()._add([row for row in rows if row[1] == 0])
        # Nobody else adds to an id whose first row is ours.
        self._sql.copy("prediction", PREDICTION, PREDICTION_TYPES, [row for row in rows if row[1] > 0])

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


def postgresql_rows(sql: Dialect, models: ModelIds, received_us: int | None, luck: Luck) -> BatchRows:
    """The rows of one batch, which arrived then.

    They are locked in one order everywhere, so that two agents seldom collide: models, predictions by id,
    labels by id, the outcome counter, traffic. Where two collide nevertheless PostgreSQL ends one of them,
    and it tries its batch again.
    """
    # Ids are looked up by the hundred. As disks go by default, reading whole tables would seem cheaper.
    sql.run("SET LOCAL random_page_cost = 0.1")
    return BatchRows(
        PostgresqlPredictionRows(sql, models, received_us, luck),
        PostgresqlLabelRows(sql, received_us),
        PostgresqlOutcomeRows(sql, models),
    )
