"""What an audit compares, from the database: an anchor's examples, and live tickets by their predicted intent."""

from collections.abc import Sequence

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.ingest.descriptions import COLUMNS, Descriptions, descriptors_of
from monitor.anchors import ports
from monitor.domain.anchors.texts import LabelledText
from monitor.domain.events.types import Model

NEWEST = 400  # live tickets of an intent: more make an audit slower, not wiser


class AuditStore(ports.AuditStore):
    """The `AuditStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def examples(self, anchor_id: str) -> list[LabelledText]:
        with reading(self._engine) as connection:
            tickets = [
                LabelledText(
                    text or "",
                    truth,
                    origin,
                    truth == predicted,
                    descriptors_of(described) if text is None else None,
                    described=described is not None,
                )
                for truth, predicted, origin, described, text in Dialect(connection).rows(
                    "SELECT y_true, y_pred, origin, descriptors, text FROM example WHERE anchor_id = ?"
                    " ORDER BY number",
                    anchor_id,
                )
            ]
        return tickets if any(ticket.described for ticket in tickets) else []

    @override
    def production(self, model: Model, intents: Sequence[str]) -> list[LabelledText]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            tickets = []
            read = Descriptions(sql)
            for intent, *columns in sql.rows(
                "SELECT intent, descriptors, own_words, vocabulary, text FROM (SELECT p.intent, "
                f"{COLUMNS}, row_number() OVER (PARTITION BY p.intent ORDER BY p.ts_us DESC, p.prediction_id)"
                " AS place FROM prediction p JOIN model m ON m.id = p.model_id"
                " JOIN description d ON d.prediction_id = p.prediction_id AND d.model_id = p.model_id"
                " WHERE m.name = ? AND m.version = ? AND m.environment = ? AND p.intent IN {ids}) AS ranked"
                f" WHERE place <= {NEWEST} ORDER BY intent, place",
                model.name,
                model.version,
                model.environment,
                sql.any_of(sorted(intents)),
            ):
                seen = read.of(*columns)
                if seen is not None:
                    look = seen.toward(intent) if seen.text is None else None
                    tickets.append(LabelledText(seen.text or "", intent, descriptors=look))
            return tickets
