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
from monitor.domain.telling.notices import CLOSING, STANDING, MemberFacts, Notice, NoticeKind
from monitor.domain.telling.page import Page, Rows
from monitor.errors import DeliveryError

TEXT_MAX = 4_000
_CONCERNS = {
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
        if notice.kind in (*STANDING, *CLOSING, NoticeKind.MEMBER_RECOVERED, NoticeKind.TEST):
            over = notice.kind in (*CLOSING, NoticeKind.TEST)
            for member in notice.members:
                ends = max(notice.at, member.noticed + timedelta(seconds=1)) if over else firing
                yield self._member(notice, member, page.members[member.cell], ends)
            for member in notice.over:
                ends = max(notice.at, member.noticed + timedelta(seconds=1))
                yield self._member(notice, member, page.members[member.cell], ends)
        for name, why in notice.blind if notice.kind in _CONCERNS else ():
            over = notice.kind is NoticeKind.FLOWING
            what = "sink" if notice.kind is NoticeKind.SINK_FAILED else "intent"
            yield _alert(
                {**self._labels, **_about(notice, _CONCERNS[notice.kind]), what: name},
                {"summary": f"{name}: {why}", "runbook_url": notice.runbook},
                None if over else notice.at,
                notice.at if over else firing,
            )

    def _member(self, notice: Notice, member: MemberFacts, rows: Rows, ends: datetime) -> dict[str, Any]:
        alertname = "AnchorwatchTest" if notice.kind is NoticeKind.TEST else "IntentRecallDrop"
        labels = {
            **self._labels,
            **_about(notice, alertname),
            "intent": member.cell.intent,
            "slice": member.cell.slice,
        }
        annotations = {
            "summary": f"{member.cell}: recall {member.recent.value:.2f} live against {member.offline.value:.2f}"
            " offline",
            "description": "\n".join(f"{label}: {value}" for label, value in rows),
            "incident": str(notice.incident),
            "recall": f"{member.recent.value:.4f}",
            "offline_recall": f"{member.offline.value:.4f}",
            "floor": f"{member.floor:.4f}",
            "blast_radius": notice.blast_radius,
            "runbook_url": notice.runbook,
            "dashboard_url": notice.dashboard,
            "next": notice.next_command,
        }
        return _alert(labels, annotations, member.noticed, ends)


def _about(notice: Notice, alertname: str) -> dict[str, str]:
    model = notice.model
    return {
        "alertname": alertname,
        "model": model.name,
        "model_version": model.version,
        "environment": model.environment,
        "severity": notice.severity.value,
    }


def _alert(
    labels: Mapping[str, str], annotations: Mapping[str, str], starts: datetime | None, ends: datetime
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {name: value[:TEXT_MAX] for name, value in annotations.items() if value},
        "endsAt": ends,
    }
    return found if starts is None else {**found, "startsAt": starts}
