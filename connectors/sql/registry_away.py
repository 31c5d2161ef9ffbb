"""Since when the schema registry has been away, as those who need it note it, and until they reach it again."""

from datetime import datetime

from connectors.sql.counters import begin_counter, counter, drop_counter
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import from_us, to_us

_AWAY = "schema registry away"  # as its time is called among the counters


def note_away(sql: Dialect, at: datetime) -> None:
    """It is away; the first time counts."""
    begin_counter(sql, _AWAY, to_us(at))


def note_back(sql: Dialect) -> None:
    """It is there again."""
    drop_counter(sql, _AWAY)


def away_since(sql: Dialect) -> datetime | None:
    """Since when; None where it is there, or nobody needs it."""
    since_us = counter(sql, _AWAY)
    return None if since_us is None else from_us(since_us)
