"""What an audit compares, from the database: an anchor's examples, and live tickets by their predicted intent."""

from collections.abc import Sequence

from sqlalchemy import Engine

from connectors.database import reading
from connectors.descriptions import description_of, descriptors_of
from connectors.dialect import Dialect
from monitor.domain.audit import Ticket
from monitor.domain.events import Model

NEWEST = 400  # live tickets of an intent: more make an audit slower, not wiser


class AuditStore:
    """The `monitor.ports.AuditStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def examples(self, anchor_id: str) -> list[Ticket]:
        """The described examples behind an anchor, in their order."""
        with reading(self._engine) as connection:
            return [
                Ticket(text or "", truth, origin, truth == said, None if text else descriptors_of(described))
                for truth, said, origin, described, text in Dialect(connection).rows(
                    "SELECT y_true, y_pred, origin, descriptors, text FROM example"
                    " WHERE anchor_id = ? AND descriptors IS NOT NULL ORDER BY number",
                    anchor_id,
                )
            ]

    def production(self, model: Model, intents: Sequence[str]) -> list[Ticket]:
        """The newest live tickets that the model predicted as each of these intents."""
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            found = []
            for intent, described, own_words, text in sql.rows(
                "SELECT intent, descriptors, own_words, text FROM (SELECT p.intent, d.descriptors, d.own_words,"
                " d.text, p.ts_us, row_number() OVER (PARTITION BY p.intent ORDER BY p.ts_us DESC, p.prediction_id)"
                " AS place FROM prediction p JOIN model m ON m.id = p.model_id"
                " JOIN description d ON d.prediction_id = p.prediction_id"
                " WHERE m.name = ? AND m.version = ? AND m.environment = ? AND p.intent IN {ids}) AS ranked"
                f" WHERE place <= {NEWEST} ORDER BY intent, place",
                model.name,
                model.version,
                model.environment,
                sql.any_of(sorted(intents)),
            ):
                seen = description_of(described, own_words, None)
                look = seen.toward(intent) if seen and not text else None
                found.append(Ticket(text or "", intent, descriptors=look))
            return found
