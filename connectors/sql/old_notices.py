"""Notices and silences that are long over go; how many each sink took and refused stays known."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from connectors.sql.counters import count_up
from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import to_us

CHUNK = 1_000  # notices a transaction: each is some kilobytes
_TOTAL = (
    "sent to "  # before the sink's name and what became of it, as such a total is called among the counters
)


def drop_old_notices(engine: Engine, now: datetime, keep_days: int) -> int:
    """Drop notices written more than `keep_days` ago, but of incidents that were open since; how many.

    Silences that ended, and deploys that were, as long ago go with them. What waits to be sent stays.
    """
    before = to_us(now - timedelta(days=keep_days))
    dropped = 0
    while True:
        with writing(engine) as connection:
            chunk = _drop_some(Dialect(connection), before)
        dropped += chunk
        if chunk < CHUNK:
            break
    with writing(engine) as connection:
        Dialect(connection).run("DELETE FROM silence WHERE ends_us < ?", before)
        Dialect(connection).run("DELETE FROM deploy WHERE at_us < ?", before)
    return dropped


def dropped_notices(sql: Dialect) -> dict[tuple[str, str], int]:
    """What became of notices that were dropped since: how many of each sink ended in each state."""
    dropped = {}
    for name, count in sql.rows("SELECT name, value FROM counter WHERE name LIKE ? || '%'", _TOTAL):
        sink, _, state = name.removeprefix(_TOTAL).rpartition(": ")
        dropped[sink, state] = int(count)
    return dropped


def _drop_some(sql: Dialect, before: int) -> int:
    old = sql.rows(
        "SELECT n.number, n.sink, n.state FROM notification n LEFT JOIN incident i ON i.id = n.incident_id"
        " WHERE n.created_us < ? AND n.state IN ('sent', 'failed', 'superseded')"
        f" AND (i.id IS NULL OR i.closed_at_us < ?) ORDER BY n.number LIMIT {CHUNK}",
        before,
        before,
    )
    counts: dict[str, int] = {}
    for _, sink, state in old:
        name = f"{_TOTAL}{sink}: {state}"
        counts[name] = counts.get(name, 0) + 1
    for name, count in sorted(counts.items()):
        count_up(sql, name, count)
    sql.many("DELETE FROM notification WHERE number = ?", [(number,) for number, _, _ in old])
    return len(old)
