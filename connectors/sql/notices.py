"""Notices as the outbox keeps them: as JSON, a row for each sink that is to get one."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from connectors.sql.dialect import Dialect
from connectors.sql.flat_notices import read_flat
from monitor.domain.events.microseconds import to_us
from monitor.domain.telling.notices import Notice

WAITS = "state IN ('pending', 'sending')"  # of a notification, in SQL
_notice = msgspec.json.Decoder(Notice)


class _Form(msgspec.Struct):
    about: msgspec.Raw = msgspec.Raw()


_form = msgspec.json.Decoder(_Form)


def encode_notice(notice: Notice) -> str:
    """A notice as its column holds it."""
    return msgspec.json.encode(notice).decode()


def decode_notice(text: str) -> Notice:
    """A notice as its column holds it, also one that was written before notices said what they are about."""
    return _notice.decode(text) if _form.decode(text).about else read_flat(text)


def write_notice(
    sql: Dialect, notice: Notice, sinks: Sequence[str], not_before: datetime | None = None
) -> None:
    """Add a notice for each sink; one that is there already stays as it is. Incident 0 stands for none.

    One that must not wait takes along what its incident held back for a sink until the morning: that goes before it.
    """
    if notice.incident is not None and not_before is None:
        sql.many(
            "UPDATE notification SET next_attempt_us = 0 WHERE incident_id = ? AND sink = ?"
            " AND state = 'pending' AND attempts = 0 AND next_attempt_us > 0",
            [(notice.incident, sink) for sink in sinks],
        )
    sql.many(
        "INSERT INTO notification (id, incident_id, dedup_key, sink, kind, notice, state, attempts, created_us,"
        " next_attempt_us, last_error) VALUES (?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?, '')"
        " ON CONFLICT (id) DO NOTHING",
        [
            (
                f"{notice.id}:{sink}",
                notice.incident or 0,
                notice.dedup_key,
                sink,
                notice.kind.value,
                encode_notice(notice),
                to_us(notice.at),
                to_us(not_before) if not_before else 0,
            )
            for sink in sinks
        ],
    )
