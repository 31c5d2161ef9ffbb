"""The outbox: notifications that were written with the change they tell of, and are sent afterwards."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.notices import WAITS, decode_notice, encode_notice, write_notice
from connectors.sql.outages import forget_trouble, note_trouble, outage_of
from monitor.deliver import ports
from monitor.deliver.ports import Due, Outage
from monitor.domain.events.microseconds import to_us
from monitor.domain.telling.kinds import WAKING, NoticeKind
from monitor.domain.telling.notices import Notice, supersedes

LEASE = timedelta(seconds=120)  # longer than any sink's deadline, so that nobody sends beside us
SKEW = timedelta(
    seconds=60
)  # what is further ahead than agents' clocks differ was noted before the clock was set back
_WAKES = ", ".join(f"'{kind.value}'" for kind in WAKING)
# What is about the same thing goes in its order: the first of each that waits, and 0 where a page is among them.
_FIRST = (
    "SELECT min(number) AS number, min(CASE WHEN incident_id = 0 THEN 2"
    f" WHEN kind IN ({_WAKES}) THEN 0 ELSE 1 END) AS place FROM notification WHERE {WAITS}"
    " GROUP BY sink, incident_id, CASE WHEN incident_id = 0 THEN dedup_key END"
)
# An alert that labels stopped stands until they flow; that they do is said again for a while.
_LABELS_MISSED = (
    "SELECT n.number, n.notice FROM notification n WHERE n.sink = ? AND n.state = 'sent' AND"
    f" ((n.kind = '{NoticeKind.FLOWING.value}' AND n.sent_us >= ?) OR (n.kind = '{NoticeKind.STALE.value}'"
    "  AND EXISTS (SELECT 1 FROM alert WHERE alert.sink = n.sink AND alert.dedup_key = n.dedup_key"
    "   AND alert.since_us = n.created_us AND alert.ended_us IS NULL)))"
)


class Outbox(ports.Outbox):
    """On SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def claim(self, now: datetime, resting: Collection[str] = ()) -> Due | None:
        with reading(self._engine) as connection:  # mostly there is nothing, and no writer is waited for
            if _first_due(Dialect(connection), now, resting) is None:
                return None
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            while True:
                row = _first_due(sql, now, resting, lock=sql.postgresql)
                if row is None:
                    return None
                number, id_, sink, notice, attempts = row
                if attempts and _superseded(sql, number, sink, decode_notice(notice)):
                    continue
                sql.run(
                    "UPDATE notification SET state = 'sending', attempts = attempts + 1, next_attempt_us = ?"
                    " WHERE number = ?",
                    to_us(now + LEASE),
                    number,
                )
                return Due(id_, sink, decode_notice(notice), attempts + 1)

    @override
    def sent(self, due: Due, now: datetime) -> None:
        with writing(self._engine) as connection:
            self._set(Dialect(connection), due, "sent", sent_us=to_us(now))

    @override
    def again(self, due: Due, at: datetime, error: str) -> None:
        with writing(self._engine) as connection:
            self._not_taken(Dialect(connection), due, error)
            self._set(Dialect(connection), due, "pending", next_attempt_us=to_us(at))

    @override
    def failed(self, due: Due, error: str) -> None:
        with writing(self._engine) as connection:
            self._not_taken(Dialect(connection), due, error)
            self._set(Dialect(connection), due, "failed")

    @override
    def stand_in(self, sinks: Sequence[str], notices: Sequence[Notice]) -> None:
        with writing(self._engine) as connection:
            for notice in notices:
                write_notice(Dialect(connection), notice, sinks)

    @override
    def tell_trouble(self, sink: str, through: str, notices: Sequence[Notice], at: datetime) -> None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            for notice in notices:
                write_notice(sql, notice, [through])
            note_trouble(sql, sink, at)

    @override
    def outage(self, sink: str, now: datetime) -> Outage | None:
        with reading(self._engine) as connection:
            return outage_of(Dialect(connection), sink, now)

    @override
    def tell_recovery(self, sink: str, through: Sequence[str], notice: Notice) -> None:
        with writing(self._engine) as connection:
            write_notice(Dialect(connection), notice, through)
            forget_trouble(Dialect(connection), sink)

    @override
    def standing(self, sink: str, closed_since: datetime) -> list[Notice]:
        with reading(self._engine) as connection:
            return [
                decode_notice(notice)
                for _, notice in Dialect(connection).rows(
                    "SELECT n.number, n.notice FROM notification n LEFT JOIN incident i ON i.id = n.incident_id"
                    " WHERE n.sink = ? AND n.state = 'sent' AND n.number ="
                    " (SELECT max(m.number) FROM notification m WHERE m.sink = n.sink AND m.state = 'sent'"
                    "  AND m.incident_id = n.incident_id AND m.kind <> 'incident.acknowledged')"
                    " AND ((i.id IS NOT NULL AND i.closed_at_us IS NULL) OR n.sent_us >= ?)"
                    f" AND n.incident_id <> 0 UNION ALL {_LABELS_MISSED} ORDER BY number",
                    sink,
                    to_us(closed_since),
                    sink,
                    to_us(closed_since),
                )
            ]

    def undelivered(self) -> int:
        """How many notifications wait to be sent."""
        with reading(self._engine) as connection:
            row = Dialect(connection).row(f"SELECT count(*) FROM notification WHERE {WAITS}")
            return int(row[0])

    def held_back(self, now: datetime) -> int:
        """How many of these wait for the end of quiet hours, or behind such a one, and were not tried yet."""
        with reading(self._engine) as connection:
            row = Dialect(connection).row(
                f"SELECT count(*) FROM notification AS n WHERE n.{WAITS} AND n.attempts = 0"
                f" AND EXISTS (SELECT 1 FROM notification AS held WHERE held.{WAITS}"
                " AND held.attempts = 0 AND held.next_attempt_us > ? AND held.sink = n.sink"
                " AND held.incident_id = n.incident_id AND held.number <= n.number"
                " AND (n.incident_id <> 0 OR held.dedup_key = n.dedup_key))",
                to_us(now),
            )
            return int(row[0])

    def _not_taken(self, sql: Dialect, due: Due, error: str) -> None:
        """Keep why, and when it was tried: a lease before the claim would have been over."""
        sql.run(
            "UPDATE notification SET failed_us = next_attempt_us - ?, last_error = ?"
            " WHERE id = ? AND state = 'sending' AND attempts = ?",
            LEASE // timedelta(microseconds=1),
            error,
            due.id,
            due.attempts,
        )

    def _set(self, sql: Dialect, due: Due, state: str, **columns: int) -> None:
        """Say what became of it, unless our time ran out and somebody else has it, or has sent it, by now."""
        extra = "".join(f", {name} = {int(value)}" for name, value in columns.items())
        ours = "" if state == "sent" else f" AND state = 'sending' AND attempts = {int(due.attempts)}"
        sql.run(
            f"UPDATE notification SET state = ?{extra} WHERE id = ?{ours}",
            state,
            due.id,
        )


def _first_due(
    sql: Dialect, now: datetime, resting: Collection[str], *, lock: bool = False
) -> tuple[int, str, str, str, int] | None:
    """What is to be sent first: what an incident with a page that waits has to tell, other news of incidents, the rest.

    What is about the same goes in its order. What was tried in what is now the future is due at once.
    """
    holes = ", ".join("?" for _ in resting)
    row: tuple[int, str, str, str, int] | None = sql.row(
        "SELECT n.number, n.id, n.sink, n.notice, n.attempts FROM notification AS n"
        f" JOIN ({_FIRST}) AS foremost ON foremost.number = n.number"
        f" WHERE n.{WAITS} AND (n.next_attempt_us <= ? OR (n.state = 'pending' AND n.failed_us > ?)"
        "  OR (n.state = 'sending' AND n.next_attempt_us > ?))"
        + (f" AND n.sink NOT IN ({holes})" if resting else "")
        + " ORDER BY foremost.place, n.number LIMIT 1"
        + (" FOR UPDATE OF n SKIP LOCKED" if lock else ""),
        to_us(now),
        to_us(now + SKEW),
        to_us(now + LEASE + SKEW),
        *resting,
    )
    return row


def _superseded(sql: Dialect, number: int, sink: str, notice: Notice) -> bool:
    """Whether a later notice tells all that this one, which a sink did not take, would have told.

    Then this one and those between that the later one covers are never sent, and the later one is told as
    what the sink has not heard yet: a page that never arrived still wakes people.
    """
    later = [
        (at, decode_notice(row))
        for at, row in sql.rows(
            "SELECT number, notice FROM notification WHERE incident_id = ? AND sink = ? AND number > ?"
            " AND state = 'pending' ORDER BY number",
            notice.incident,
            sink,
            number,
        )
    ]
    covering = [(at, newer) for at, newer in later if supersedes(newer, notice) is not None]
    if not covering:
        return False
    last, newest = covering[-1]
    kind = newest.kind
    for at, older in [(number, notice), *((at, between) for at, between in later if at < last)]:
        sent_as = supersedes(msgspec.structs.replace(newest, kind=kind), older)
        if sent_as is not None:
            kind = sent_as
            sql.run("UPDATE notification SET state = 'superseded' WHERE number = ?", at)
    newest = msgspec.structs.replace(newest, kind=kind)
    sql.run(
        "UPDATE notification SET kind = ?, notice = ? WHERE number = ?",
        kind.value,
        encode_notice(newest),
        last,
    )
    return True
