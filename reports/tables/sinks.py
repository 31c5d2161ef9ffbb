"""Sinks in, what `anchorwatch sink` shows out."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.review.ports import SinkRecord
from reports.figures import moment
from reports.render.blocks import Block, Column, View


def as_object(record: SinkRecord, kinds: Mapping[str, str]) -> dict[str, Any]:
    """One sink, as JSON."""
    last = record.last_sent
    return {
        **record._asdict(),
        "kind": kinds[record.name],
        "last_sent": last.isoformat() if last else None,
    }


def sinks_view(records: Sequence[SinkRecord], kinds: Mapping[str, str]) -> View:
    """Every sink, each in a line."""
    counts = (
        Column("waiting", figures=True),
        Column("taken", figures=True, spare=2),
        Column("refused", figures=True, spare=1),
    )
    rows = [
        [
            record.name,
            kinds[record.name],
            str(record.waiting),
            str(record.sent),
            str(record.failed),
            moment(record.last_sent) if record.last_sent else "-",
            record.last_error or "-",
        ]
        for record in records
    ]
    block = Block(
        columns=["name", Column("kind", spare=3), *counts, "last taken", "last trouble"],
        rows=rows,
        notes=[] if rows else ["no sink is configured: a page would reach nobody"],
    )
    return View([block], [as_object(record, kinds) for record in records])
