"""The form that notices had before they said what they are about: the same eighteen fields for every kind.

A database may hold such rows still: what waits to be sent, and what was last sent of an incident that is open.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import (
    About,
    CellConcern,
    IncidentNews,
    NewVersion,
    SinkTest,
    SinkTrouble,
    WeekDigest,
)
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.routing import Severity


class _Flat(msgspec.Struct, frozen=True):
    """`blind` held cells, or a sink, or the lines of a report, each with its words; `dashboard` a report's address."""

    id: str
    dedup_key: str
    kind: NoticeKind
    incident: int
    model: Model
    at: datetime
    members: Sequence[MemberFacts]
    false_pages_per_year: float
    next_command: str
    reason: str = ""
    blast_radius: str = ""
    runbook: str = ""
    times_opened: int = 1
    blind: Sequence[tuple[str, str]] = ()
    severity: Severity = Severity.CRITICAL
    over: Sequence[MemberFacts] = ()
    released: datetime | None = None
    dashboard: str = ""


_flat = msgspec.json.Decoder(_Flat)


def read_flat(text: str) -> Notice:
    """A notice in the old form, as what it is about. Its keys stay, so that nobody hears of it a second time."""
    flat = _flat.decode(text)
    return Notice(
        id=flat.id,
        dedup_key=flat.dedup_key,
        kind=flat.kind,
        at=flat.at,
        severity=flat.severity,
        next_command=flat.next_command,
        runbook=flat.runbook,
        about=_about(flat),
    )


def _about(flat: _Flat) -> About:
    match flat.kind:
        case NoticeKind.BLIND | NoticeKind.STALE | NoticeKind.FLOWING:
            return CellConcern(
                model=flat.model, cells=[(_cell(flat.model, name), why) for name, why in flat.blind]
            )
        case NoticeKind.SINK_FAILED:
            [(sink, reason)] = flat.blind
            return SinkTrouble(sink=sink, reason=reason)
        case NoticeKind.VERSION:
            return NewVersion(model=flat.model)
        case NoticeKind.REPORT:
            return WeekDigest(week=flat.reason, lines=flat.blind, url=flat.dashboard)
        case NoticeKind.TEST:
            return SinkTest(member=flat.members[0], false_pages_per_year=flat.false_pages_per_year)
        case _:
            return IncidentNews(
                incident=flat.incident,
                times_opened=flat.times_opened,
                model=flat.model,
                members=flat.members,
                over=flat.over,
                reason=flat.reason,
                false_pages_per_year=flat.false_pages_per_year,
                blast_radius=flat.blast_radius,
                released=flat.released,
                dashboard=flat.dashboard,
            )


def _cell(model: Model, name: str) -> Cell:
    """The cell that was written as `intent` or `intent [slice]`."""
    intent, opened, within = name.rpartition(" [")
    return (
        Cell(model, intent, within.removesuffix("]")) if opened and name.endswith("]") else Cell(model, name)
    )
