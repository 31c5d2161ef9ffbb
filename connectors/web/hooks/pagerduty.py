"""PagerDuty's webhooks, version 3: who acknowledged, resolved or annotated an incident there.

What our own pages did to it there comes back too, by an integration and not by a person: that is passed over.
Source: PagerDuty's docs, "Webhooks v3 overview" and the schemas of its events.
"""

from datetime import datetime

import msgspec

from connectors.web.hooks.heard import Heard, HeardAct, ignored, take
from monitor.domain.access.requests import KEPT_FOR, RequestAnswer
from monitor.review.ports.elsewhere import IncidentsElsewhere
from monitor.review.ports.writing import Writer

SYSTEM = "PagerDuty"
ID_MAX = 100  # of an incident there; its ids have fourteen characters
ACTS = {
    "incident.acknowledged": HeardAct.ACKNOWLEDGE,
    "incident.annotated": HeardAct.NOTE,
    "incident.resolved": HeardAct.RESOLVE,
}


class _Agent(msgspec.Struct):
    type: str = ""
    summary: str | None = None


class _Reference(msgspec.Struct):
    id: str = ""


class _About(msgspec.Struct):
    """The incident, or the note on one."""

    id: str = ""
    incident_key: str | None = None
    incident: _Reference | None = None
    content: str | None = None


class _Event(msgspec.Struct):
    id: str
    event_type: str
    occurred_at: datetime
    agent: _Agent | None = None
    data: _About | None = None


class _Message(msgspec.Struct):
    event: _Event


_decoder = msgspec.json.Decoder(_Message)


def hear_pagerduty(
    body: bytes, writer: Writer, incidents: IncidentsElsewhere, now: datetime
) -> RequestAnswer:
    """Do what an event says, to the incident whose pages have its key.

    A note names only PagerDuty's own id of the incident, which is remembered from the events before.

    Raises:
        msgspec.DecodeError: it is no event of PagerDuty.
        LeaseHeldError, RequestInProgressError, UnavailableError: as `take`.
    """
    event = _decoder.decode(body).event
    about = event.data or _About()
    number = _number(about, incidents)
    if number is None:
        return ignored("it is about no incident of this room")
    act = ACTS.get(event.event_type)
    if act is None:
        return ignored(f"nothing is done for {event.event_type[:60]}")
    if event.agent is None or event.agent.type != "user_reference":
        return ignored("no person did it")
    if event.occurred_at.tzinfo is None or abs(event.occurred_at - now) > KEPT_FOR:
        return ignored("it is not of this day")
    if act is not HeardAct.NOTE and _is_of_an_earlier_opening(event.occurred_at, number, incidents):
        return ignored("the incident was opened again since")
    heard = Heard(SYSTEM, event.id, act, event.agent.summary or "", about.content or "")
    return take(writer, heard, number)


def _is_of_an_earlier_opening(at: datetime, number: int, incidents: IncidentsElsewhere) -> bool:
    """An event may be delivered late: who acknowledged a page or ended it has not seen the one that came since."""
    opened_at = incidents.opened_at(number)
    return opened_at is not None and at < opened_at


def _number(about: _About, incidents: IncidentsElsewhere) -> int | None:
    if about.incident is not None:
        return incidents.by_name(SYSTEM, about.incident.id)
    number = incidents.by_key(about.incident_key) if about.incident_key else None
    if number is not None and 0 < len(about.id) <= ID_MAX:
        incidents.remember(SYSTEM, about.id, number)
    return number
