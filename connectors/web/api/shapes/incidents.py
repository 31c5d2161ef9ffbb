"""Incidents as the API sends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from connectors.web.api.shapes.cells import SentCellStatus
from connectors.web.api.shapes.sent import as_sent
from monitor.domain.incidents.deploys import Deploy
from monitor.domain.incidents.history import HistoryKind
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import MemberFacts

SentDeploy = as_sent(Deploy)
SentMember = as_sent(MemberFacts, name="IncidentMember", caveats=list[str])


class SentLine(msgspec.Struct, kw_only=True):
    """One line of an incident's history. `why` is for people."""

    at: datetime
    who: str
    what: HistoryKind
    why: str


class SentIncident(msgspec.Struct, kw_only=True):
    """An incident, its members as last told, its history, and the deploys soon before its members' onsets.

    `ended` says in words how it was over; null while it is open.
    """

    id: int
    model: str
    environment: str
    state: IncidentState
    ended: str | None
    opened_at: datetime
    closed_at: datetime | None
    members: Sequence[SentMember]  # type: ignore[valid-type]
    deploys: Sequence[SentDeploy]  # type: ignore[valid-type]
    history: Sequence[SentLine]


class SentNotice(msgspec.Struct, kw_only=True):
    """What one sink was sent of an incident, as people read it, and what became of it.

    `state` is `pending`, `sending`, `sent` or `failed`; `sent_at` is when the sink took it, `next_try` when it is tried
    again, `error` why it was not taken the last time.
    """

    sink: str
    kind: NoticeKind
    at: datetime
    state: str
    attempts: int
    sent_at: datetime | None
    next_try: datetime | None
    error: str
    title: str
    text: str


class SentTicket(msgspec.Struct, kw_only=True):
    """A labelled ticket that was missed. `predicted` is empty where there was no answer, `url` without a template."""

    prediction_id: str
    model: str
    version: str
    environment: str
    cell: str
    predicted_at: datetime
    predicted: str
    intent: str
    labelled_at: datetime
    slices: Mapping[str, str]
    url: str


class SentNow(msgspec.Struct, kw_only=True):
    """The incidents that are open, and every cell in use."""

    incidents: Sequence[SentIncident]
    status: Sequence[SentCellStatus]
