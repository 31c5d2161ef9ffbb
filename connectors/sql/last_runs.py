"""When work that is done now and then was last done, by whichever agent."""

from datetime import datetime

from sqlalchemy import Engine

from connectors.sql.counters import counter, put_counter
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
            began_us = counter(Dialect(connection), _RAN + work)
        return None if began_us is None else from_us(began_us)

    def note(self, work: str, began: datetime) -> None:
        """It is done; it began then."""
        with writing(self._engine) as connection:
            put_counter(Dialect(connection), _RAN + work, to_us(began))
