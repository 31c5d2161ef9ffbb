"""Alertmanager's API v2: one alert a broken cell, to every instance, said again while it stands.

Alertmanager groups by itself, so it gets members rather than incidents. It knows an alert by its labels and routes by
them, by `severity` too: each member has its own, the one it was first sent with as long as it stands
(`monitor.domain.telling.alerts`). `endsAt` is far ahead while a cell is broken, so that an agent that dies does not
look like a recovery.
Source: prometheus/alertmanager, docs/alerts_api.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sinks.at_once import at_once
from connectors.sinks.http import Http
from connectors.sinks.literal import literal_line
from monitor.deliver.ports import SentAlerts, Sink
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import (
    CellConcern,
    EarlySigns,
    IncidentNews,
    SinkRecovery,
    SinkTest,
    SinkTrouble,
    Suspects,
)
from monitor.domain.telling.alerts import Alert, settled
from monitor.domain.telling.identity import stable_id
from monitor.domain.telling.kinds import CLOSING, NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page, Rows
from monitor.domain.telling.routing import Severity

TEXT_MAX = 4_000
SHORTEST = timedelta(seconds=1)
ALERTNAMES = {
    NoticeKind.TEST: "AnchorwatchTest",
    NoticeKind.BLIND: "IntentCannotBeWatched",
    NoticeKind.SUSPECT: "IntentSuspected",
    NoticeKind.EARLY: "IntentPredictedLess",
    NoticeKind.STALE: "LabelsStale",
    NoticeKind.FLOWING: "LabelsStale",
    NoticeKind.SINK_FAILED: "AnchorwatchSinkFailed",
    NoticeKind.SINK_WORKING: "AnchorwatchSinkFailed",
}


class AlertmanagerSink(Sink):
    """Posts to each of `urls` (`http://HOST:9093`); all of them must take it, since they may not gossip.

    `sent` remembers the labels of what stands. An acknowledgement has no word in Alertmanager: nothing is sent.
    """

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        http: Http,
        sent: SentAlerts,
        *,
        labels: Mapping[str, str] | None = None,
        hold: timedelta = timedelta(hours=72),
    ) -> None:
        self.name = name
        self._urls = [f"{url.rstrip('/')}/api/v2/alerts" for url in urls]
        self._http = http
        self._sent = sent
        self._labels = dict(labels or {})
        self._hold = hold

    @override
    def send(self, notice: Notice, page: Page) -> None:
        alerts = list(self.alerts(notice, page))
        if not alerts:
            return
        past = self._sent.of(self.name)
        now = settled(alerts, past, notice.dedup_key, notice.at, closes=notice.kind in CLOSING)
        if now.alerts:
            self._sent.begin(self.name, now.begun)  # first: whatever was ever sent is known
            body = payload(now.alerts, self._http.now(), self._hold)
            at_once([partial(self._http.post_json, url, body) for url in self._urls])
        self._sent.end(self.name, now.ended, notice.at)

    def alerts(self, notice: Notice, page: Page) -> Iterator[Alert]:
        """The alerts that a notice comes to, under the labels of now."""
        match notice.about:
            case IncidentNews() as news if notice.kind is not NoticeKind.ACKNOWLEDGED:
                for member in (*news.members, *news.silenced):
                    yield self._member(notice, member, page, over=notice.kind in CLOSING)
                for member in news.over:
                    yield self._member(notice, member, page, over=True)
            case SinkTest(member=member):
                test = self._member(notice, member, page, over=True)
                yield msgspec.structs.replace(test, ends=notice.at + SHORTEST)
            case CellConcern(cells=cells):
                for cell, _ in cells:
                    labels = {"intent": cell.display, "slice": cell.slice_text}
                    yield self._concern(
                        notice, _about(notice.kind, cell), labels, f"{cell}: {'; '.join(page.notes[cell])}"
                    )
            case Suspects(cells=suspects):
                for suspect in suspects:
                    cell = suspect.cell
                    labels = {"intent": cell.display, "slice": cell.slice_text}
                    summary = f"{cell}: {'; '.join(page.notes[cell])}"
                    yield self._concern(notice, _about(notice.kind, cell), labels, summary)
            case EarlySigns(notes=signs):
                for cell in sorted({facts.cell for facts in signs}):
                    labels = {"intent": cell.display, "slice": cell.slice_text}
                    summary = f"{cell}: {'; '.join(page.notes[cell])}"
                    yield self._concern(notice, _about(notice.kind, cell), labels, summary)
            case SinkTrouble(sink=sink, reason=reason):
                yield self._of_sink(notice, sink, reason)
            case SinkRecovery(sink=sink):
                yield self._of_sink(notice, sink, "works again")

    def _member(self, notice: Notice, member: MemberFacts, page: Page, *, over: bool) -> Alert:
        news = notice.about if isinstance(notice.about, IncidentNews) else None
        rows: Rows = page.members[member.cell]
        annotations = {
            "summary": literal_line(str(member.cell))
            + f": recall {member.recent.value:.2f} live against {member.offline.value:.2f} offline",
            "description": "\n".join(literal_line(f"{label}: {value}") for label, value in rows),
            "incident": str(news.incident) if news else "",
            "recall": f"{member.recent.value:.4f}",
            "offline_recall": f"{member.offline.value:.4f}",
            "floor": f"{member.floor:.4f}",
            "blast_radius": literal_line(news.blast_radius) if news else "",
            "runbook_url": notice.runbook,
            "dashboard_url": news.dashboard if news else "",
            "next": notice.next_command,
        }
        labels = {"intent": member.cell.display, "slice": member.cell.slice_text}
        return Alert(
            about=_about(notice.kind, member.cell),
            since=member.noticed,
            labels=self._known_by(notice, member.severity or notice.severity, labels),
            annotations=annotations,
            ends=notice.at if over else None,
        )

    def _of_sink(self, notice: Notice, sink: str, words: str) -> Alert:
        about = stable_id(_alertname(notice.kind), sink)
        return self._concern(notice, about, {"sink": sink}, f"{sink}: {words}")

    def _concern(self, notice: Notice, about: str, labels: Mapping[str, str], summary: str) -> Alert:
        over = notice.kind in (NoticeKind.FLOWING, NoticeKind.SINK_WORKING)
        return Alert(
            about=about,
            since=notice.at - SHORTEST if over else notice.at,  # when it began is known by what was sent
            labels=self._known_by(notice, notice.severity, labels),
            annotations={"summary": literal_line(summary), "runbook_url": notice.runbook},
            ends=notice.at if over else None,
        )

    def _known_by(self, notice: Notice, severity: Severity, labels: Mapping[str, str]) -> dict[str, str]:
        """All labels of an alert: those of every alert, the notice's, and its own. None is empty."""
        model = notice.model
        known = {**self._labels, "alertname": _alertname(notice.kind)}
        if model is not None:
            known |= {"model": model.name, "model_version": model.version, "environment": model.environment}
        known |= {"severity": severity.value, **labels}
        return {name: value for name, value in known.items() if value}


def _alertname(kind: NoticeKind) -> str:
    return ALERTNAMES.get(kind, "IntentRecallDrop")


def _about(kind: NoticeKind, cell: Cell) -> str:
    """What is wrong, and with which cell: the same in every notice and under every configuration."""
    model = cell.model
    return stable_id(
        _alertname(kind), model.name, model.version, model.environment, cell.intent, cell.slice_text
    )


def payload(alerts: Sequence[Alert], now: datetime, hold: timedelta) -> bytes:
    """The alerts as they are posted now; what stands ends after `hold`, unless it is posted again."""
    return msgspec.json.encode([_as_posted(alert, now, hold) for alert in alerts])


def _as_posted(alert: Alert, now: datetime, hold: timedelta) -> dict[str, Any]:
    """As the API has it, with no begin and no end ahead of the clock.

    Alertmanager refuses an end before the begin, and passes over an end in its future: what stood stands on then.
    """
    ends = min(alert.ends, now) if alert.ends else None
    return {
        "labels": alert.labels,
        "annotations": {name: value[:TEXT_MAX] for name, value in alert.annotations.items() if value},
        "startsAt": min(alert.since, ends - SHORTEST if ends else now),
        "endsAt": ends or now + hold,
    }
