"""What a person is told: the facts of an incident at one moment, before any sink puts them into words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.recall.intervals import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.routing import Severity


class NoticeKind(StrEnum):
    """Why somebody is told. Only OPENED and REOPENED wake people.

    MEMBER_RECOVERED is for sinks that keep an alert a member. The last seven are about no incident: BLIND
    cells cannot be watched, STALE ones hear of no labels any more, FLOWING ones do again, a SINK_FAILED for good and
    others stand in for it, a VERSION of a model is new, a REPORT was written.
    """

    OPENED = "incident.opened"
    MEMBER_JOINED = "incident.member_joined"
    MEMBER_RECOVERED = "incident.member_recovered"
    REOPENED = "incident.reopened"
    ACKNOWLEDGED = "incident.acknowledged"
    RESOLVED = "incident.resolved"
    RETRACTED = "incident.retracted"
    BLIND = "cells.blind"
    STALE = "labels.stale"
    FLOWING = "labels.flowing"
    SINK_FAILED = "sink.failed"
    VERSION = "model.version"
    REPORT = "report.weekly"
    TEST = "sink.test"


WAKING = (NoticeKind.OPENED, NoticeKind.REOPENED)
CLOSING = (NoticeKind.RESOLVED, NoticeKind.RETRACTED)
STANDING = (*WAKING, NoticeKind.MEMBER_JOINED)
RUNBOOKS = {
    **dict.fromkeys(STANDING, "docs/runbooks/recall-drop.md"),
    NoticeKind.BLIND: "docs/runbooks/cannot-be-watched.md",
    NoticeKind.STALE: "docs/runbooks/labels-stale.md",
    NoticeKind.SINK_FAILED: "docs/runbooks/sink-failed.md",
}
"""Paths in Anchorwatch's repository."""


class Standout(msgspec.Struct, frozen=True):
    """The part of the tickets that explains most misses, beyond chance: `misses` of its `tickets`."""

    conditions: Mapping[str, str]
    tickets: int
    misses: int


class MemberFacts(msgspec.Struct, frozen=True):
    """One broken cell, in numbers.

    `live` is the recall of all `live_support` labelled positives since the release, with a confidence
    sequence; `recent` the same since the onset, with an interval. `offline` is the anchor's with its own
    interval; `offline_real` is over real rows only, where that is known. `misses_to` counts live misses
    since the onset by the intent they went to. `touched` estimates how many tickets of this
    intent were missed since the onset. `evidence` is what the bet had won when it was last looked at,
    `threshold` the stake at which it pages. `onset_seq` is the outcome at which the fall likely began.
    `slices` broke with it, and its own fall explains them. `page_seq` is the outcome that brought the page.
    `newest` is when the newest labelled ticket was predicted, `label_lag_s` how many seconds ago that was: of
    what came since, nobody knows yet. `standout` is where the misses are, if they are anywhere in particular.
    """

    cell: Cell
    live: Estimate
    live_support: int
    recent: Estimate
    recent_support: int
    offline: Estimate
    offline_support: int
    floor: float
    onset: datetime
    noticed: datetime
    touched: Estimate
    misses_to: Mapping[str, int]
    evidence: float
    threshold: float
    onset_seq: int = 0
    offline_real: Estimate | None = None
    offline_real_support: int | None = None
    caveats: Sequence[str] = ()
    slices: Sequence[str] = ()
    page_seq: int = -1
    newest: datetime | None = None
    label_lag_s: float | None = None
    standout: Standout | None = None


class Notice(msgspec.Struct, frozen=True):
    """Everything a sink needs for one message about one incident, worst member first.

    `dedup_key` is the same for every message about the same incident. `id` is the same for every attempt
    to send this message. `blast_radius` and `runbook` come from the configuration; `next_command` is what
    to type now. `over` are members that recovered while others are still broken. `severity` is how bad it is if
    nobody looks. `blind` are the things that a notice without an incident is about (cells, or sinks), each
    with why and what to do. `released` is when the version's first prediction was made, `dashboard` a link.
    """

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


def supersedes(newer: Notice, older: Notice) -> NoticeKind | None:
    """Whether `newer` tells all that `older` did, so that a sink that never took the older need not.

    None: no. Else the kind that `newer` is then told as: a page that never arrived must still wake people.
    """
    if not older.incident or older.incident != newer.incident or older.kind not in STANDING:
        return None
    if newer.kind in CLOSING:
        return newer.kind
    if newer.kind in STANDING:
        return older.kind if older.kind in WAKING and newer.kind not in WAKING else newer.kind
    return None
