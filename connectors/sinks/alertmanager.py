"""Alertmanager's API v2: one alert a broken cell, to every instance, said again while it stands.

Alertmanager groups by itself, so it gets members rather than incidents. It knows an alert by its labels:
nothing that changes with time is among them. `endsAt` is far ahead while a cell is broken, so that an agent
that dies does not look like a recovery.
Source: prometheus/alertmanager, docs/alerts_api.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sinks.http import Http
from monitor.deliver.ports import Sink
from monitor.domain.telling.about import CellConcern, IncidentNews, SinkTest, SinkTrouble
from monitor.domain.telling.kinds import CLOSING, NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page, Rows
from monitor.errors import DeliveryError

TEXT_MAX = 4_000
ALERTNAMES = {
    NoticeKind.TEST: "AnchorwatchTest",
    NoticeKind.BLIND: "IntentCannotBeWatched",
    NoticeKind.STALE: "LabelsStale",
    NoticeKind.FLOWING: "LabelsStale",
    NoticeKind.SINK_FAILED: "AnchorwatchSinkFailed",
}


class AlertmanagerSink(Sink):
    """Posts to each of `urls` (`http://HOST:9093`); all of them must take it, since they may not gossip.

    An acknowledgement has no word in Alertmanager: nothing is sent.
    """

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        http: Http,
        *,
        labels: Mapping[str, str] | None = None,
        hold: timedelta = timedelta(hours=72),
    ) -> None:
        self.name = name
        self._urls = [f"{url.rstrip('/')}/api/v2/alerts" for url in urls]
        self._http = http
        self._labels = dict(labels or {})
        self._hold = hold

    @override
    def send(self, notice: Notice, page: Page) -> None:
        alerts = list(self.alerts(notice, page))
        if not alerts:
            return
        body = msgspec.json.encode(alerts)
        failures: list[DeliveryError] = []
        for url in self._urls:
            try:
                self._http.post_json(url, body)
            except DeliveryError as err:
                failures.append(err)
        if failures:
            raise DeliveryError(
                "; ".join(err.reason for err in failures),
                retryable=any(err.retryable for err in failures),
                retry_after_s=max((err.retry_after_s or 0.0 for err in failures), default=0.0) or None,
                disables=len(failures) == len(self._urls) and all(err.disables for err in failures),
            )

    def alerts(self, notice: Notice, page: Page) -> Iterator[dict[str, Any]]:
        """The alerts that a notice comes to."""
        firing = self._http.now() + self._hold
        match notice.about:
            case IncidentNews() as news if notice.kind is not NoticeKind.ACKNOWLEDGED:
                over = notice.kind in CLOSING
                for member in news.members:
                    ends = _end(notice, member) if over else firing
                    yield self._member(notice, member, page.members[member.cell], ends)
                for member in news.over:
                    yield self._member(notice, member, page.members[member.cell], _end(notice, member))
            case SinkTest(member=member):
                yield self._member(notice, member, page.members[member.cell], _end(notice, member))
            case CellConcern(cells=cells):
                for cell, _ in cells:
                    labels = {"intent": cell.intent, "slice": cell.slice_text}
                    yield self._concern(notice, labels, str(cell), "; ".join(page.notes[cell]))
            case SinkTrouble(sink=sink, reason=reason):
                yield self._concern(notice, {"sink": sink}, sink, reason)

    def _member(self, notice: Notice, member: MemberFacts, rows: Rows, ends: datetime) -> dict[str, Any]:
        news = notice.about if isinstance(notice.about, IncidentNews) else None
        labels = {"intent": member.cell.intent, "slice": member.cell.slice_text}
        annotations = {
            "summary": f"{member.cell}: recall {member.recent.value:.2f} live against {member.offline.value:.2f}"
            " offline",
            "description": "\n".join(f"{label}: {value}" for label, value in rows),
            "incident": str(news.incident) if news else "",
            "recall": f"{member.recent.value:.4f}",
            "offline_recall": f"{member.offline.value:.4f}",
            "floor": f"{member.floor:.4f}",
            "blast_radius": news.blast_radius if news else "",
            "runbook_url": notice.runbook,
            "dashboard_url": news.dashboard if news else "",
            "next": notice.next_command,
        }
        return _alert(self._known_by(notice, labels), annotations, member.noticed, ends)

    def _concern(self, notice: Notice, labels: Mapping[str, str], name: str, why: str) -> dict[str, Any]:
        over = notice.kind is NoticeKind.FLOWING
        return _alert(
            self._known_by(notice, labels),
            {"summary": f"{name}: {why}", "runbook_url": notice.runbook},
            None if over else notice.at,
            notice.at if over else self._http.now() + self._hold,
        )

    def _known_by(self, notice: Notice, labels: Mapping[str, str]) -> dict[str, str]:
        """All labels of an alert: those of every alert, the notice's, and its own."""
        model = notice.model
        known = {**self._labels, "alertname": ALERTNAMES.get(notice.kind, "IntentRecallDrop")}
        if model is not None:
            known |= {"model": model.name, "model_version": model.version, "environment": model.environment}
        return {**known, "severity": notice.severity.value, **labels}


def _end(notice: Notice, member: MemberFacts) -> datetime:
    """When a member's alert is over; never before it began, which Alertmanager refuses."""
    return max(notice.at, member.noticed + timedelta(seconds=1))


def _alert(
    labels: Mapping[str, str], annotations: Mapping[str, str], starts: datetime | None, ends: datetime
) -> dict[str, Any]:
    alert: dict[str, Any] = {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {name: value[:TEXT_MAX] for name, value in annotations.items() if value},
        "endsAt": ends,
    }
    return alert if starts is None else {**alert, "startsAt": starts}
