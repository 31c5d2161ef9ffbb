"""Since when people know that a sink is in trouble, and who was told: they hear of its end, from whichever agent."""

from datetime import datetime

from connectors.sql.counters import begin_counter, counter, drop_counter
from connectors.sql.dialect import Dialect
from connectors.sql.notices import WAITS
from monitor.deliver.ports import Outage
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import sink_key

_TROUBLE = "trouble of "  # before the sink's name, as its time is called among the counters


def note_trouble(sql: Dialect, sink: str, at: datetime) -> None:
    """People are told that a sink is in trouble; the first time counts."""
    begin_counter(sql, _TROUBLE + sink, to_us(at))


def outage_of(sql: Dialect, sink: str, now: datetime) -> Outage | None:
    """The trouble of a sink that people know of and not the end of. What quiet hours hold does not wait for it."""
    since_us = counter(sql, _TROUBLE + sink)
    if since_us is None:
        return None
    hearers = sql.rows(
        "SELECT DISTINCT sink FROM notification WHERE dedup_key = ? AND kind = ? AND created_us >= ? ORDER BY sink",
        sink_key(sink),
        NoticeKind.SINK_FAILED.value,
        since_us,
    )
    waiting = sql.row(
        f"SELECT count(*) FROM notification WHERE sink = ? AND {WAITS} AND (attempts > 0 OR next_attempt_us <= ?)",
        sink,
        to_us(now),
    )
    return Outage(from_us(since_us), [name for (name,) in hearers], int(waiting[0]))


def forget_trouble(sql: Dialect, sink: str) -> None:
    """It is over."""
    drop_counter(sql, _TROUBLE + sink)
