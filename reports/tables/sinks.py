"""Sinks in, what `anchorwatch sink` shows out; and the message that a test sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from monitor.domain.events.types import Model
from monitor.domain.recall.intervals import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.notices import MemberFacts, Notice, NoticeKind
from monitor.domain.telling.routing import Severity
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
            escape(record.name),
            kinds[record.name],
            str(record.waiting),
            str(record.sent),
            str(record.failed),
            moment(record.last_sent) if record.last_sent else "-",
            escape(record.last_error) or "-",
        )
    return grid


def example_notice(at: datetime, false_pages_per_year: float) -> Notice:
    """A page as it would look, marked as a test; its intent and figures are made up."""
    model = Model("example", "1", "test")
    member = MemberFacts(
        cell=Cell(model, "example_intent"),
        live=Estimate(0.39, 0.27, 0.52),
        live_support=61,
        recent=Estimate(0.39, 0.27, 0.52),
        recent_support=61,
        offline=Estimate(0.88, 0.8, 0.93),
        offline_support=120,
        floor=0.78,
        onset=at - timedelta(days=3, hours=5),
        noticed=at,
        touched=Estimate(74.0, 58.0, 89.0),
        misses_to={"another_intent": 24, "a_third": 13},
        evidence=41_000.0,
        threshold=7_300.0,
    )
    key = sha256(f"test\n{at.isoformat()}".encode()).hexdigest()[:32]
    return Notice(
        id=key,
        dedup_key=key,
        kind=NoticeKind.TEST,
        incident=0,
        model=model,
        at=at,
        members=[member],
        false_pages_per_year=false_pages_per_year,
        next_command="anchorwatch sink list",
        severity=Severity.INFO,
    )
