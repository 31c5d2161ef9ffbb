"""The names that other systems have for incidents."""

from datetime import datetime

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us
from monitor.domain.incidents.history import HistoryKind
from monitor.review.ports import elsewhere


class IncidentsElsewhere(elsewhere.IncidentsElsewhere):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def by_key(self, key: str) -> int | None:
        with reading(self._engine) as connection:
            row = Dialect(connection).row("SELECT id FROM incident WHERE dedup_key = ?", key)
        return int(row[0]) if row else None

    @override
    def opened_at(self, number: int) -> datetime | None:
        with reading(self._engine) as connection:
            (at_us,) = Dialect(connection).row(
                "SELECT coalesce((SELECT max(at_us) FROM incident_event WHERE incident_id = ? AND what IN (?, ?)),"
                " (SELECT opened_at_us FROM incident WHERE id = ?))",
                number,
                HistoryKind.OPENED.value,
                HistoryKind.REOPENED.value,
                number,
            )
        return None if at_us is None else from_us(at_us)

    @override
    def by_name(self, system: str, name: str) -> int | None:
        with reading(self._engine) as connection:
            row = Dialect(connection).row(
                "SELECT incident_id FROM incident_elsewhere WHERE system = ? AND name = ?", system, name
            )
        return int(row[0]) if row else None

    @override
    def remember(self, system: str, name: str, number: int) -> None:
        if self.by_name(system, name) is None:
            with writing(self._engine) as connection:
                Dialect(connection).run(
                    "INSERT INTO incident_elsewhere (system, name, incident_id) VALUES (?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    system,
                    name,
                    number,
                )
