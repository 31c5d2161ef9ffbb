"""What a person is told: the facts of an incident at one moment, before any sink puts them into words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from monitor.domain.cells import Cell
from monitor.domain.events import Model


class NoticeKind(StrEnum):
    """Why somebody is told. Only OPENED and REOPENED wake people; BLIND is about no incident."""

    OPENED = "incident.opened"
    MEMBER_JOINED = "incident.member_joined"
    REOPENED = "incident.reopened"
    RESOLVED = "incident.resolved"
    RETRACTED = "incident.retracted"
    BLIND = "cells.blind"
    TEST = "sink.test"


class Estimate(msgspec.Struct, frozen=True):
    """A number with the interval around it. Recall is in 0..1, tickets are counts."""

    value: float
    low: float
    high: float


class MemberFacts(msgspec.Struct, frozen=True):
    """One broken cell, in numbers.

    `live` is the recall of all `live_support` labelled positives since the release, with a confidence
    sequence; `recent` the same since the onset, with an interval. `offline` is the anchor's with its own
    interval; `offline_real` is over real rows only, where that is known. `misses_to` counts live misses
    since the onset by the intent they went to. `touched` estimates how many tickets of this
    intent were missed since the onset. `evidence` is what the bet had won when it was last looked at,
    `threshold` the stake at which it pages. `onset_seq` is the outcome at which the fall likely began.
    `slices` broke with it, and its own fall explains them.
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


class Notice(msgspec.Struct, frozen=True):
    """Everything a sink needs for one message about one incident, worst member first.

    `dedup_key` is the same for every message about the same incident. `id` is the same for every attempt
    to send this message. `blast_radius` and `runbook` come from the configuration; `next_command` is what
    to type now. `blind` are the watched cells that cannot be watched, each with what to do.
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
