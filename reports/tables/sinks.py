"""Sinks in, what `anchorwatch sink` shows out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.review.ports.sinks import SinkRecord
from reports.figures import duration, moment
from reports.render.blocks import Block, Column, View


def as_object(record: SinkRecord, kinds: Mapping[str, str]) -> dict[str, Any]:
    """One sink, as JSON."""
    values = record._asdict()
    moments = {name: value.isoformat() for name, value in values.items() if isinstance(value, datetime)}
    return {**values, "kind": kinds[record.name], **moments}


def sinks_view(records: Sequence[SinkRecord], kinds: Mapping[str, str], now: datetime) -> View:
    """Every sink, each in a line. A try whose time has come is due `now`.

    What stands of none, such as a trouble, has no column.
    """
    rows = [
        [
            record.name,
            kinds[record.name],
            str(record.waiting),
            str(record.sent),
            str(record.failed),
            duration(now - record.oldest_waiting) if record.oldest_waiting else "",
            _next_try(record, now),
            _or_never(record.last_sent),
            _or_never(record.last_failed),
            record.last_error,
        ]
        for record in records
    ]
    block = Block(
        columns=[
            "name",
            Column("kind", spare=6),
            Column("waiting", figures=True),
            Column("taken", figures=True, spare=5),
            Column("refused", figures=True, spare=4),
            Column("oldest", spare=1),
            Column("next try", spare=2),
            Column("last taken", spare=3),
            "last trouble",
            "what it was",
        ],
        rows=list(zip(*map(_dashed, zip(*rows, strict=True)), strict=True)),
        notes=[] if rows else ["no sink is configured: a page would reach nobody"],
    )
    return View([block], [as_object(record, kinds) for record in records])


def _dashed(column: Sequence[str]) -> Sequence[str]:
    """A dash for each word that is missing, unless all are."""
    return [word or "-" for word in column] if any(column) else column


def _next_try(record: SinkRecord, now: datetime) -> str:
    if record.next_try is None:
        return "under way" if record.waiting else ""
    return moment(record.next_try) if record.next_try > now else "now"


def _or_never(at: datetime | None) -> str:
    return moment(at) if at else ""
