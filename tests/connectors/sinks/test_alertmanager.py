"""What Alertmanager is sent: an alert a member, known by labels that never change."""

import json
import socket
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import msgspec
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.http import Http
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import SinkRecovery
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.routing import Severity
from monitor.errors import DeliveryError
from tests.fakes.sent_alerts import FakeSentAlerts
from tests.notices import AT, TICKETS, concern, data_export_request, gdpr_erasure, notice, of_kind, suspected
from tests.sending import client, send

LATER = AT + timedelta(hours=2)


def sent(server: HTTPServer, news: Notice, **settings: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    server.expect_request("/api/v2/alerts").respond_with_data("")
    http = Http(lambda: LATER, client=client())
    memory = settings.pop("memory", None) or FakeSentAlerts()
    send(AlertmanagerSink("am", [server.url_for("")], http, memory, **settings), news)
    return [alert for request, _ in server.log for alert in json.loads(request.data)]


def test_each_member_is_an_alert_whose_labels_hold_no_value_and_no_time(httpserver: HTTPServer) -> None:
    news = notice(gdpr_erasure(), data_export_request(), severity=Severity.ERROR)
    first, second = sent(httpserver, news, labels={"team": "privacy"})
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


def test_no_alert_begins_later_than_now_which_alertmanager_would_refuse_for_good(
    httpserver: HTTPServer,
) -> None:
    """An earlier version opened incidents at the time of the latest event, wherever that came from."""
    member = msgspec.structs.replace(gdpr_erasure(), noticed=AT.replace(year=2098))
    for news in (
        notice(member),
        concern(NoticeKind.STALE, ("refund", "no labels"), at=AT.replace(year=2098)),
    ):
        (alert,) = sent(httpserver, news)
        assert alert["startsAt"] == LATER.isoformat().replace("+00:00", "Z")
        assert alert["endsAt"] > alert["startsAt"]
        httpserver.clear_log()


@pytest.mark.parametrize("kind", [NoticeKind.RESOLVED, NoticeKind.RETRACTED])
def test_an_end_is_reported_with_the_time_it_ended(httpserver: HTTPServer, kind: NoticeKind) -> None:
    (alert,) = sent(httpserver, notice(kind=kind, at=LATER))
    assert alert["endsAt"] == "2026-11-23T11:10:00Z"


def test_a_member_that_recovered_ends_while_the_others_go_on(httpserver: HTTPServer) -> None:
    news = notice(kind=NoticeKind.MEMBER_RECOVERED, over=[data_export_request()], at=LATER)
    erasure, export = sent(httpserver, news)
    assert (erasure["labels"]["intent"], export["labels"]["intent"]) == (
        "gdpr_erasure",
        "data_export_request",
    )
    assert erasure["endsAt"] > export["endsAt"] == "2026-11-23T11:10:00Z"


def test_stale_labels_are_an_alert_an_intent_of_their_own_and_end_when_they_flow(
    httpserver: HTTPServer,
) -> None:
    (stale,) = sent(httpserver, concern(NoticeKind.STALE, ("gdpr_erasure", "no labels for 4 days")))
    assert (stale["labels"]["alertname"], stale["labels"]["intent"]) == ("LabelsStale", "gdpr_erasure")
    _, over = sent(httpserver, concern(NoticeKind.FLOWING, ("gdpr_erasure", "they come")))
    assert over["labels"] == stale["labels"]
    assert over["endsAt"] == "2026-11-23T09:10:00Z"


def test_the_end_of_a_sink_s_trouble_ends_its_alert_under_the_labels_of_its_beginning(
    httpserver: HTTPServer,
) -> None:
    memory = FakeSentAlerts()
    (failed,) = sent(httpserver, of_kind(NoticeKind.SINK_FAILED), memory=memory)
    httpserver.clear_log()
    recovery = SinkRecovery(sink="slack", since=AT, waited=7)
    (over,) = sent(httpserver, Notice.of_sink_again(recovery, LATER), memory=memory)
    assert (over["labels"], over["labels"]["severity"]) == (failed["labels"], "error")
    assert over["endsAt"] == "2026-11-23T11:10:00Z"


def test_a_slice_that_cannot_be_watched_is_named_apart_from_its_intent(httpserver: HTTPServer) -> None:
    cell = Cell(TICKETS, "gdpr_erasure", "channel=email")
    (blind,) = sent(httpserver, Notice.of_cells(NoticeKind.BLIND, TICKETS, [(cell, "too few labels")], AT))
    assert (blind["labels"]["intent"], blind["labels"]["slice"]) == ("gdpr_erasure", "channel=email")
    assert blind["annotations"]["summary"] == "gdpr_erasure [channel=email]: too few labels"


def test_a_suspect_is_an_alert_of_severity_info_an_intent(httpserver: HTTPServer) -> None:
    erasure, export = sent(httpserver, suspected(gdpr_erasure(), data_export_request()))
    assert [(a["labels"]["alertname"], a["labels"]["intent"]) for a in (erasure, export)] == [
        ("IntentSuspected", "gdpr_erasure"),
        ("IntentSuspected", "data_export_request"),
    ]
    assert erasure["labels"]["severity"] == "info"
    assert erasure["annotations"]["summary"].startswith(
        "gdpr_erasure: since release 0.39 (0.27 to 0.52, 61 labelled)"
    )


def test_what_0_1_0_sent_keeps_its_labels_once_it_is_said_again(httpserver: HTTPServer) -> None:
    """Its notices knew no severity of a member: each alert had the incident's worst."""
    memory = FakeSentAlerts()
    erasure, export = gdpr_erasure(), data_export_request()
    before = sent(httpserver, notice(erasure, export, severity=Severity.CRITICAL), memory=memory)
    httpserver.clear_log()
    export = msgspec.structs.replace(export, severity=Severity.WARNING)
    over = sent(httpserver, notice(erasure, export, kind=NoticeKind.RESOLVED, at=LATER), memory=memory)
    assert [alert["labels"]["severity"] for alert in before] == ["critical", "critical"]
    assert [alert["labels"] for alert in over] == [alert["labels"] for alert in before]
    assert {alert["endsAt"] for alert in over} == {"2026-11-23T11:10:00Z"}


def test_an_end_that_need_not_be_sent_is_remembered_all_the_same(httpserver: HTTPServer) -> None:
    """The next incident stands under the same labels; what is not ended is never dropped."""
    memory = FakeSentAlerts()
    sent(httpserver, notice(dedup_key="first"), memory=memory)
    ((first,), second) = memory.of("am"), LATER + timedelta(hours=1)
    memory.begin("am", [msgspec.structs.replace(first, dedup_key="second", since=second)])
    httpserver.clear_log()
    assert (
        sent(httpserver, notice(kind=NoticeKind.RESOLVED, at=LATER, dedup_key="first"), memory=memory) == []
    )
    assert [(past.dedup_key, past.ended) for past in memory.of("am")] == [("first", LATER), ("second", None)]


def test_a_sink_in_trouble_is_an_alert_that_names_no_model(httpserver: HTTPServer) -> None:
    (trouble,) = sent(httpserver, Notice.of_sink("slack", "answered 503", "n-17-1:slack", AT))
    assert trouble["labels"] == {"alertname": "AnchorwatchSinkFailed", "severity": "error", "sink": "slack"}


def test_a_test_is_an_alert_of_its_own_that_is_over_at_once(httpserver: HTTPServer) -> None:
    (alert,) = sent(httpserver, of_kind(NoticeKind.TEST))
    assert alert["labels"]["alertname"] == "AnchorwatchTest"
    assert "incident" not in alert["annotations"]
    assert alert["endsAt"] == "2026-11-23T09:10:01Z"


def test_an_acknowledgement_is_nothing_to_alertmanager(httpserver: HTTPServer) -> None:
    assert sent(httpserver, notice(kind=NoticeKind.ACKNOWLEDGED)) == []


def test_every_instance_gets_the_alert_and_an_instance_that_is_down_is_reported(
    httpserver: HTTPServer,
) -> None:
    httpserver.expect_request("/one/api/v2/alerts").respond_with_data("", status=503)
    httpserver.expect_request("/two/api/v2/alerts").respond_with_data("")
    http = Http(lambda: LATER, client=client())
    urls = [httpserver.url_for("/one"), httpserver.url_for("/two/")]
    with pytest.raises(DeliveryError, match="localhost answered 503") as caught:
        send(AlertmanagerSink("am", urls, http, FakeSentAlerts()), notice())
    asked = sorted(request.path for request, _ in httpserver.log)  # at the same time
    assert asked == ["/one/api/v2/alerts", "/two/api/v2/alerts"]
    assert caught.value.retryable


def refused(am: AlertmanagerSink) -> None:
    with pytest.raises(DeliveryError):
        send(am, notice())


def test_an_instance_that_hangs_delays_no_other(httpserver: HTTPServer) -> None:
    arrived = Event()

    def take(_: Request) -> Response:
        arrived.set()
        return Response("")

    httpserver.expect_request("/api/v2/alerts").respond_with_handler(take)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        http = Http(lambda: LATER, timeout_s=6, client=client())
        urls = [f"http://127.0.0.1:{silent.getsockname()[1]}", httpserver.url_for("")]
        am = AlertmanagerSink("am", urls, http, FakeSentAlerts())
        sending = Thread(target=lambda: refused(am), daemon=True)
        sending.start()
        assert arrived.wait(4)
    sending.join(10)  # what hung is closed now
    assert not sending.is_alive()


def test_each_member_has_the_severity_of_its_own_intent(httpserver: HTTPServer) -> None:
    news = notice(gdpr_erasure(severity=Severity.CRITICAL), data_export_request(severity=Severity.WARNING))
    severities = {alert["labels"]["intent"]: alert["labels"]["severity"] for alert in sent(httpserver, news)}
    assert severities == {"gdpr_erasure": "critical", "data_export_request": "warning"}


def test_an_alert_keeps_its_labels_while_it_stands_whatever_is_configured_since(
    httpserver: HTTPServer,
) -> None:
    memory = FakeSentAlerts()
    first = notice(gdpr_erasure(severity=Severity.WARNING))
    (began,) = sent(httpserver, first, memory=memory, labels={"team": "privacy"})
    news = notice(gdpr_erasure(severity=Severity.CRITICAL), kind=NoticeKind.MEMBER_JOINED, at=LATER)
    later = sent(httpserver, news, memory=memory, labels={"team": "support", "site": "eu"})[-1]
    assert later["labels"] == began["labels"]
    ended = sent(httpserver, notice(kind=NoticeKind.RESOLVED, at=LATER), memory=memory)[-1]
    assert (ended["labels"], ended["endsAt"]) == (began["labels"], "2026-11-23T11:10:00Z")


def test_labels_that_were_sent_are_known_even_if_no_answer_came(httpserver: HTTPServer) -> None:
    memory = FakeSentAlerts()
    httpserver.expect_ordered_request("/api/v2/alerts").respond_with_data("", status=503)
    with pytest.raises(DeliveryError):
        sent(httpserver, notice(), memory=memory, labels={"team": "privacy"})
    httpserver.clear()
    (ended,) = sent(httpserver, notice(kind=NoticeKind.RESOLVED, at=LATER), memory=memory)
    assert ended["labels"]["team"] == "privacy"
