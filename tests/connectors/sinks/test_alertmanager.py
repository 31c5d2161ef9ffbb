"""What Alertmanager is sent: an alert a member, known by labels that never change."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pytest_httpserver import HTTPServer

from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.http import Http
from monitor.domain.telling.notices import Notice, NoticeKind
from monitor.domain.telling.routing import Severity
from monitor.errors import DeliveryError
from tests.notices import AT, data_export_request, gdpr_erasure, notice
from tests.sending import send

LATER = AT + timedelta(hours=2)


def sent(server: HTTPServer, told: Notice, **settings: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    server.expect_request("/api/v2/alerts").respond_with_data("")
    http = Http(lambda: LATER, client=httpx.Client(trust_env=False))
    send(AlertmanagerSink("am", [server.url_for("")], http, **settings), told)
    return [alert for request, _ in server.log for alert in json.loads(request.data)]


def test_each_member_is_an_alert_whose_labels_hold_no_value_and_no_time(httpserver: HTTPServer) -> None:
    told = notice(gdpr_erasure(), data_export_request(), severity=Severity.ERROR)
    first, second = sent(httpserver, told, labels={"team": "privacy"})
    assert first["labels"] == {
        "alertname": "IntentRecallDrop",
        "model": "tickets",
        "model_version": "7",
        "environment": "prod",
        "intent": "gdpr_erasure",
        "severity": "error",
        "team": "privacy",
    }
    assert second["labels"] == {**first["labels"], "intent": "data_export_request"}
    assert first["annotations"]["summary"] == "gdpr_erasure: recall 0.39 live against 0.88 offline"
    assert first["annotations"]["recall"] == "0.3934"
    assert "real rows only: 0.45" in first["annotations"]["description"]


def test_while_it_is_broken_the_end_is_far_ahead_so_that_a_dead_agent_is_no_recovery(
    httpserver: HTTPServer,
) -> None:
    (alert,) = sent(httpserver, notice(), hold=timedelta(hours=72))
    assert alert["startsAt"] == "2026-11-23T09:10:00Z"
    assert alert["endsAt"] == (LATER + timedelta(hours=72)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("kind", [NoticeKind.RESOLVED, NoticeKind.RETRACTED])
def test_an_end_is_said_with_the_time_it_ended(httpserver: HTTPServer, kind: NoticeKind) -> None:
    (alert,) = sent(httpserver, notice(kind=kind, at=LATER))
    assert alert["endsAt"] == "2026-11-23T11:10:00Z"


def test_a_member_that_recovered_ends_while_the_others_go_on(httpserver: HTTPServer) -> None:
    told = notice(kind=NoticeKind.MEMBER_RECOVERED, over=[data_export_request()], at=LATER)
    erasure, export = sent(httpserver, told)
    assert (erasure["labels"]["intent"], export["labels"]["intent"]) == (
        "gdpr_erasure",
        "data_export_request",
    )
    assert erasure["endsAt"] > export["endsAt"] == "2026-11-23T11:10:00Z"


def test_stale_labels_are_an_alert_an_intent_of_their_own_and_end_when_they_flow(
    httpserver: HTTPServer,
) -> None:
    told = notice(
        members=[], kind=NoticeKind.STALE, incident=0, blind=[("gdpr_erasure", "no labels for 4 days")]
    )
    (stale,) = sent(httpserver, told)
    assert (stale["labels"]["alertname"], stale["labels"]["intent"]) == ("LabelsStale", "gdpr_erasure")
    flowing = notice(members=[], kind=NoticeKind.FLOWING, incident=0, blind=[("gdpr_erasure", "they come")])
    _, over = sent(httpserver, flowing)
    assert over["labels"] == stale["labels"]
    assert over["endsAt"] == "2026-11-23T09:10:00Z"


def test_an_acknowledgement_is_nothing_to_alertmanager(httpserver: HTTPServer) -> None:
    assert sent(httpserver, notice(kind=NoticeKind.ACKNOWLEDGED)) == []


def test_every_instance_gets_it_and_one_that_is_down_is_told_of(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/one/api/v2/alerts").respond_with_data("", status=503)
    httpserver.expect_request("/two/api/v2/alerts").respond_with_data("")
    http = Http(lambda: LATER, client=httpx.Client(trust_env=False))
    urls = [httpserver.url_for("/one"), httpserver.url_for("/two/")]
    with pytest.raises(DeliveryError, match="localhost answered 503") as caught:
        send(AlertmanagerSink("am", urls, http), notice())
    assert [request.path for request, _ in httpserver.log] == ["/one/api/v2/alerts", "/two/api/v2/alerts"]
    assert caught.value.retryable
