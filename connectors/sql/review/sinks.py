"""What became of the notifications of each sink, and what waits for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.notices import WAITS
from connectors.sql.old_notices import dropped_notices
from monitor.domain.events.microseconds import from_us
from monitor.review.ports import sinks as ports
from monitor.review.ports.sinks import SinkRecord


class SinkRecords(ports.SinkRecords):
    """The same on SQLite or PostgreSQL; a record for each name, also of a sink that was never sent anything."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def of(self, names: Sequence[str]) -> list[SinkRecord]:
        with reading(self._engine) as connection:
            return _read(Dialect(connection), names)


def _read(sql: Dialect, names: Sequence[str]) -> list[SinkRecord]:
    read = {
        name: SinkRecord(
            name,
            waiting,
            sent,
            failed,
            _moment(oldest),
            _moment(took),
            _moment(failed_at),
            _moment(next_try),
            "",
        )
        for name, waiting, sent, failed, oldest, took, failed_at, next_try in sql.rows(
            f"SELECT sink, count(CASE WHEN {WAITS} THEN 1 END), count(CASE WHEN state = 'sent' THEN 1 END),"
            " count(CASE WHEN state = 'failed' THEN 1 END),"
            f" min(CASE WHEN {WAITS} THEN created_us END), max(sent_us), max(failed_us),"
            " min(CASE WHEN state = 'pending' AND next_attempt_us > created_us THEN next_attempt_us"
            "  WHEN state = 'pending' THEN created_us END)"
            " FROM notification GROUP BY sink"
        )
    }
    dropped = dropped_notices(sql)
    records = []
    for name in names:
        record = read.get(name, SinkRecord(name, 0, 0, 0, None, None, None, None, ""))
        records.append(
            record._replace(
                sent=record.sent + dropped.get((name, "sent"), 0),
                failed=record.failed + dropped.get((name, "failed"), 0),
                last_error=_last_error(sql, name),
            )
        )
    return records


def _last_error(sql: Dialect, name: str) -> str:
    row = sql.row(
        "SELECT last_error FROM notification WHERE sink = ? AND last_error <> ''"
        " ORDER BY coalesce(failed_us, 0) DESC, number DESC LIMIT 1",
        name,
    )
    return row[0] if row else ""


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
