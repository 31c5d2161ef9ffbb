"""Notes before any label, and the tickets that would tell. Reads only."""

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.early_notes import read_early_notes
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.telling.early import EarlyFacts, EarlyNote
from monitor.review.ports import early as ports
from monitor.review.ports.early import DecidingTicket


class EarlyRecords(ports.EarlyRecords):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def standing(self) -> list[EarlyNote]:
        with reading(self._engine) as connection:
            return read_early_notes(Dialect(connection), "ended_day IS NULL")

    @override
    def deciding(self, facts: EarlyFacts, most: int) -> list[DecidingTicket]:
        intent = facts.cell.intent
        asked: list[object]
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            if facts.sign is EarlySign.SCORES:
                which, asked = "p.intent = ?", [intent]
            elif facts.elsewhere:
                which, asked = "p.intent IN {ids}", [sql.any_of(facts.elsewhere)]
            else:
                which, asked = "p.intent <> ?", [intent]
            return [
                DecidingTicket(prediction_id, from_us(ts_us), predicted, score)
                for prediction_id, ts_us, predicted, score in sql.rows(
                    "SELECT p.prediction_id, p.ts_us, p.intent, p.score FROM prediction p"
                    f" WHERE p.model_id = {OF_MODEL} AND p.ts_us >= ? AND {which}"
                    " AND NOT EXISTS (SELECT 1 FROM outcome o WHERE"
                    " o.prediction_id = p.prediction_id AND o.model_id = p.model_id AND o.intent IS NOT NULL)"
                    " ORDER BY CASE WHEN p.score IS NULL THEN 1 ELSE 0 END, p.score, p.ts_us DESC, p.prediction_id"
                    " LIMIT ?",
                    *names_of(facts.cell.model),
                    to_us(facts.begun),
                    *asked,
                    most,
                )
            ]
