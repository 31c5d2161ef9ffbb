"""Names that the database knows. Reads only, and little."""

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.review.ports import names as ports
from monitor.review.ports.names import IncidentHeading


class NameRecords(ports.NameRecords):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def cells(self) -> list[Cell]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            rows = [
                *sql.rows(
                    "SELECT m.name, m.version, m.environment, c.intent, c.slice"
                    " FROM cell c JOIN model m ON m.id = c.model_id"
                ),
                *sql.rows(
                    "SELECT m.name, m.version, m.environment, p.intent, p.slice"
                    " FROM promise p JOIN anchor a ON a.id = p.anchor_id JOIN model m ON m.id = a.model_id"
                ),
            ]
        return sorted({Cell(Model(*names), intent, slice_) for *names, intent, slice_ in rows})

    @override
    def incidents(self) -> list[IncidentHeading]:
        with reading(self._engine) as connection:
            return [
                IncidentHeading(*row)
                for row in Dialect(connection).rows(
                    "SELECT id, model_name, state FROM incident ORDER BY id DESC"
                )
            ]
