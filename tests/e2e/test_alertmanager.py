"""Our pages in a real Alertmanager: firing, held back, silenced, resolved, and what an agent's death looks like."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.http import Http
from monitor.app.clock import now
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from tests.fakes.sent_alerts import FakeSentAlerts
from tests.notices import concern, data_export_request, gdpr_erasure, notice
from tests.sending import client, send
from tests.services.prometheus import Alertmanager, wait_until
from tests.services.require import running

EXAMPLE = Path(__file__).parent.parent.parent / "config" / "prometheus" / "alertmanager.yml"


class Receiver:
    """A webhook that Alertmanager calls: (status, alertname, intent), in the order of arrival."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/told")
        self.alerts: list[tuple[str, str, str]] = []
        server.expect_request("/told").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        for alert in json.loads(request.data)["alerts"]:
            labels = alert["labels"]
            self.alerts.append((alert["status"], labels["alertname"], labels.get("intent", "")))
        return Response(status=200)

    def times(self, *what: str) -> int:
        return self.alerts.count(what)  # type: ignore[arg-type]


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)


@pytest.fixture
def alertmanager(receiver: Receiver) -> Iterator[Alertmanager]:
    with running(Alertmanager(receiver.url, yaml.safe_load(EXAMPLE.read_text())["inhibit_rules"])) as server:
        yield server


def sink(alertmanager: Alertmanager) -> AlertmanagerSink:
    http = Http(now, client=client())
    return AlertmanagerSink("am", [alertmanager.url], http, FakeSentAlerts())


def news(*members: MemberFacts, **changes: Any) -> Notice:  # noqa: ANN401
    at = now()
    recent = [msgspec.structs.replace(member, noticed=at - timedelta(minutes=1)) for member in members]
    return notice(*recent, at=at, **changes)


FIRING_ERASURE = ("firing", "IntentRecallDrop", "gdpr_erasure")
FIRING_EXPORT = ("firing", "IntentRecallDrop", "data_export_request")


def test_a_page_fires_is_repeated_and_resolves(alertmanager: Alertmanager, receiver: Receiver) -> None:
    am = sink(alertmanager)
    send(am, news(gdpr_erasure(), data_export_request()))
    wait_until(lambda: receiver.times(*FIRING_ERASURE) and receiver.times(*FIRING_EXPORT), "both alerts")
    send(am, news(gdpr_erasure(evidence=99_999.0), data_export_request()))  # said again: the same two alerts
    assert len(alertmanager.alerts()) == 2
    send(am, news(gdpr_erasure(), kind=NoticeKind.MEMBER_RECOVERED, over=[data_export_request()]))
    wait_until(lambda: receiver.times("resolved", *FIRING_EXPORT[1:]), "the end of an alert")
    assert receiver.times("resolved", *FIRING_ERASURE[1:]) == 0
    send(am, news(gdpr_erasure(), kind=NoticeKind.RESOLVED))
    wait_until(lambda: receiver.times("resolved", *FIRING_ERASURE[1:]), "the end of the other")
    assert alertmanager.alerts() == []


def test_an_agent_that_died_is_no_recovery(alertmanager: Alertmanager, receiver: Receiver) -> None:
    send(sink(alertmanager), news(gdpr_erasure()))
    wait_until(lambda: receiver.times(*FIRING_ERASURE) >= 3, "repeats, with nobody sending any more")
    (alert,) = alertmanager.alerts()
    ends = datetime.fromisoformat(alert["endsAt"])
    assert ends - now() > timedelta(hours=71)
    assert not [alert for alert in receiver.alerts if alert[0] == "resolved"]


def test_stale_labels_hold_back_the_repeats_of_their_intent_and_of_no_other(
    alertmanager: Alertmanager, receiver: Receiver
) -> None:
    am = sink(alertmanager)
    send(am, news(gdpr_erasure(), data_export_request()))
    wait_until(lambda: receiver.times(*FIRING_ERASURE) and receiver.times(*FIRING_EXPORT), "both alerts")
    send(am, concern(NoticeKind.STALE, ("gdpr_erasure", "no labels for 4 days"), at=now()))
    wait_until(lambda: receiver.times("firing", "LabelsStale", "gdpr_erasure"), "the stale alert")
    before, other = receiver.times(*FIRING_ERASURE), receiver.times(*FIRING_EXPORT)
    wait_until(lambda: receiver.times(*FIRING_EXPORT) >= other + 2, "repeats of the other intent")
    assert receiver.times(*FIRING_ERASURE) == before
    states = {alert["labels"]["intent"]: alert["status"]["state"] for alert in alertmanager.alerts()
              if alert["labels"]["alertname"] == "IntentRecallDrop"}  # fmt: skip
    assert states == {"gdpr_erasure": "suppressed", "data_export_request": "active"}
    assert not [alert for alert in receiver.alerts if alert[0] == "resolved"]


def test_a_silence_by_its_labels_holds(alertmanager: Alertmanager, receiver: Receiver) -> None:
    at = now()
    alertmanager.post(
        "/api/v2/silences",
        {
            "matchers": [{"name": "intent", "value": "gdpr_erasure", "isRegex": False, "isEqual": True}],
            "startsAt": (at - timedelta(minutes=1)).isoformat(),
            "endsAt": (at + timedelta(hours=1)).isoformat(),
            "createdBy": "ana",
            "comment": "known",
        },
    )
    send(sink(alertmanager), news(gdpr_erasure(), data_export_request()))
    wait_until(lambda: receiver.times(*FIRING_EXPORT) >= 2, "the other intent, twice")
    assert receiver.times(*FIRING_ERASURE) == 0
