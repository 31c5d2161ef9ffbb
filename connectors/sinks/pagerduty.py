"""PagerDuty's Events API v2: an incident triggers, is acknowledged and resolved under one dedup key.

It can't take back a resolve: a reopening pages again, and says that it is the second time. What is not a page
(cells that cannot be watched, labels that stopped) is not sent there at all.
Source: PagerDuty/developer-docs, Events API v2.
"""

from datetime import datetime
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sinks.http import Http
from monitor.deliver.ports import Sink
from monitor.domain.events.types import Model
from monitor.domain.telling.about import IncidentNews, NewVersion, SinkTest
from monitor.domain.telling.kinds import CLOSING, STANDING, NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Link, Page
from monitor.domain.text.plain import plain

SUMMARY_MAX = 1024
DETAIL_MAX = 2_000
DETAILS_MAX = 60  # far below 512 KB
AGENT = "anchorwatch"  # where a page is about the agent itself, and not about a model
US = "https://events.pagerduty.com"


class PagerDutySink(Sink):
    """Sends to one service, by its integration's routing key."""

    def __init__(self, name: str, routing_key: str, http: Http, *, url: str = US) -> None:
        self.name = name
        self._key = routing_key
        self._url = url.rstrip("/")
        self._http = http

    @override
    def send(self, notice: Notice, page: Page) -> None:
        if isinstance(notice.about, NewVersion):
            self._post("/v2/change/enqueue", change(notice.about.model, notice.at, page))
            return
        for action in _actions(notice.kind):
            event: dict[str, Any] = {"event_action": action, "dedup_key": notice.dedup_key}
            if action == "trigger":
                event |= triggered(notice, page)
            self._post("/v2/enqueue", event)

    def _post(self, path: str, event: dict[str, Any]) -> None:
        self._http.post_json(self._url + path, msgspec.json.encode({"routing_key": self._key, **event}))


def triggered(notice: Notice, page: Page) -> dict[str, Any]:
    """What a trigger says beside its key."""
    source = plain(str(notice.model)) if notice.model else AGENT
    group = plain(notice.model.name) if notice.model else AGENT
    details = [
        (f"{heading}: {label}" if heading else label or "about", value[:DETAIL_MAX])
        for heading, rows in page.sections
        for label, value in rows
    ]
    event: dict[str, Any] = {
        "payload": {
            "summary": page.title[:SUMMARY_MAX],
            "source": source,
            "severity": notice.severity.value,
            "timestamp": notice.at,
            "component": plain(_worst_intent(notice)),
            "group": group,
            "class": notice.kind.value,
            "custom_details": dict(details[:DETAILS_MAX]),
        },
        "client": "Anchorwatch",
    }
    links = [
        {"href": str(value), "text": label}
        for _, rows in page.sections
        for label, value in rows
        if isinstance(value, Link)
    ]
    if links:
        event["links"] = links
    return event


def change(model: Model, at: datetime, page: Page) -> dict[str, Any]:
    """A change event: it is shown beside later incidents and wakes nobody."""
    return {
        "payload": {
            "summary": page.title[:SUMMARY_MAX],
            "source": plain(str(model)),
            "timestamp": at,
            "custom_details": {"model": plain(model.name), "version": plain(model.version)},
        }
    }


def _worst_intent(notice: Notice) -> str:
    match notice.about:
        case IncidentNews(members=[worst, *_]):
            return worst.cell.display
        case SinkTest(member=member):
            return member.cell.display
        case _:
            return ""


def _actions(kind: NoticeKind) -> tuple[str, ...]:
    if kind in STANDING or kind is NoticeKind.SINK_FAILED:
        return ("trigger",)
    if kind in CLOSING or kind is NoticeKind.SINK_WORKING:
        return ("resolve",)
    if kind is NoticeKind.TEST:
        return ("trigger", "resolve")
    return ("acknowledge",) if kind is NoticeKind.ACKNOWLEDGED else ()
