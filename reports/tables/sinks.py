"""Sinks in, what `anchorwatch sink` shows out."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from monitor.domain.text.plain import plain as plain_words
from monitor.review.ports import SinkRecord
from reports.figures import moment


def as_object(record: SinkRecord, kinds: Mapping[str, str]) -> dict[str, Any]:
    """One sink, as JSON."""
    last = record.last_sent
    return {
        **record._asdict(),
        "kind": kinds[record.name],
        "last_sent": last.isoformat() if last else None,
    }


def table(records: Sequence[SinkRecord], kinds: Mapping[str, str], *, plain: bool) -> Table:
    """Every sink, one a line."""
    grid = Table(box=None if plain else box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("name", "kind"):
        grid.add_column(heading)
    for heading in ("waiting", "taken", "refused"):
        grid.add_column(heading, justify="right")
    for heading in ("last taken", "last trouble"):
        grid.add_column(heading)
    for record in records:
        grid.add_row(
            plain_words(record.name),
            kinds[record.name],
            str(record.waiting),
            str(record.sent),
            str(record.failed),
            moment(record.last_sent) if record.last_sent else "-",
            plain_words(record.last_error) or "-",
        )
    return grid
