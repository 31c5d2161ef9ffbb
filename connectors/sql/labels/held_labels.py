"""Labels, predictions and intents that the database knows. Reads only."""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.ingest.rows import LABEL, label_of
from monitor.domain.events.types import Label
from monitor.labels.ports import held_labels as ports


class HeldLabels(ports.HeldLabels):
    """The same on SQLite or PostgreSQL. Names `out_of_scope` are known, too: labels may say them."""

    def __init__(self, engine: Engine, out_of_scope: Iterable[str] = ()) -> None:
        self._engine = engine
        self._out_of_scope = out_of_scope

    @override
    def by_id(self, label_ids: Collection[str]) -> Mapping[str, Label]:
        return self._labels("label_id IN {ids}", label_ids)

    @override
    def beginning_with(self, prefix: str) -> Mapping[str, Label]:
        # Ids compare byte by byte: what begins so lies before the same with its last character raised by one.
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                f"SELECT {LABEL} FROM label WHERE label_id >= ? AND label_id < ?",
                prefix,
                prefix[:-1] + chr(ord(prefix[-1]) + 1),
            )
            return {label.label_id: label for label in map(label_of, rows)}

    @override
    def predicted(self, prediction_ids: Collection[str]) -> AbstractSet[str]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            ids = sql.any_of(prediction_ids)
            rows = [
                *sql.rows(
                    "SELECT prediction_id FROM prediction WHERE prediction_id IN {ids} AND ts_us IS NOT NULL",
                    ids,
                ),
                # What retention has dropped of predictions, outcomes still have.
                *sql.rows("SELECT prediction_id FROM outcome WHERE prediction_id IN {ids}", ids),
            ]
            return {prediction_id for (prediction_id,) in rows}

    @override
    def intents(self) -> AbstractSet[str]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            if sql.row("SELECT 1 FROM predicted_name WHERE the_rest LIMIT 1"):
                return set()
            rows = sql.rows("SELECT name FROM predicted_name UNION SELECT intent FROM promise")
            known = {intent for (intent,) in rows if intent}  # an abstention is no intent
            return known | set(self._out_of_scope) if known else known

    def _labels(self, where: str, ids: Collection[str]) -> Mapping[str, Label]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            rows = sql.rows(f"SELECT {LABEL} FROM label WHERE {where}", sql.any_of(ids))
            return {label.label_id: label for label in map(label_of, rows)}
