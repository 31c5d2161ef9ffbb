"""When work that is done now and then was last done, by whichever agent."""

from datetime import datetime

from sqlalchemy import Engine

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us, to_us

_RAN = "last run of "  # before the work's name, as such a time is called among the counters


class LastRuns:
    """The times at which such work last began that was then done to its end."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, work: str) -> datetime | None:
        """When it last began; None where it never was done."""
        with reading(self._engine) as connection:
            row = Dialect(connection).row("SELECT value FROM counter WHERE name = ?", _RAN + work)
        return from_us(row[0]) if row else None

    def note(self, work: str, began: datetime) -> None:
        """It is done; it began then."""
        with writing(self._engine) as connection:
            Dialect(connection).run(
                "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name)"
                " DO UPDATE SET value = excluded.value",
                _RAN + work,
                to_us(began),
            )
