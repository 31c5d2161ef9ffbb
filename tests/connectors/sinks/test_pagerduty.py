"""What PagerDuty is sent: an incident under a single key, and nothing that is not a page."""

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from connectors.sinks.http import Http
from connectors.sinks.pagerduty import PagerDutySink
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from reports.pages.page import page_of
from tests.notices import AT, TICKETS, gdpr_erasure, many, notice, of_kind
from tests.sending import client, send

KEY = "k" * 32


def sent(server: HTTPServer, news: Notice) -> list[tuple[str, dict[str, Any]]]:
    for path in ("/v2/enqueue", "/v2/change/enqueue"):
        server.expect_request(path).respond_with_data("{}", status=202)
    http = Http(lambda: AT, client=client())
    sink = PagerDutySink("pd", KEY, http, url=server.url_for(""))
    send(sink, news)
    return [(request.path, json.loads(request.data)) for request, _ in server.log]


def test_a_page_triggers_with_its_key_its_severity_and_the_facts(httpserver: HTTPServer) -> None:
    ((path, event),) = sent(httpserver, notice())
    assert (path, event["routing_key"], event["event_action"]) == ("/v2/enqueue", KEY, "trigger")
    assert event["dedup_key"] == notice().dedup_key
    payload = event["payload"]
    assert payload["summary"] == page_of(notice()).title
    assert (payload["severity"], payload["source"], payload["component"]) == (
        "critical",
        "tickets v7 (prod)",
        "gdpr_erasure",
    )
    assert payload["custom_details"]["gdpr_erasure: since onset"].startswith("0.39")
    assert event["links"] == [{"href": "https://wiki.example/runbooks/privacy-intents", "text": "runbook"}]


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        (NoticeKind.OPENED, ["trigger"]),
        (NoticeKind.REOPENED, ["trigger"]),
        (NoticeKind.MEMBER_JOINED, ["trigger"]),
        (NoticeKind.ACKNOWLEDGED, ["acknowledge"]),
        (NoticeKind.RESOLVED, ["resolve"]),
        (NoticeKind.RETRACTED, ["resolve"]),
        (NoticeKind.SINK_FAILED, ["trigger"]),
        (NoticeKind.SINK_WORKING, ["resolve"]),
        (NoticeKind.TEST, ["trigger", "resolve"]),
        (NoticeKind.BLIND, []),
        (NoticeKind.SUSPECT, []),
        (NoticeKind.STALE, []),
        (NoticeKind.FLOWING, []),
    ],
)
def test_each_kind_of_notice_is_one_action_or_none(
    httpserver: HTTPServer, kind: NoticeKind, actions: list[str]
) -> None:
    news = of_kind(kind)
    events = [event for _, event in sent(httpserver, news)]
    assert [event["event_action"] for event in events] == actions
    assert {event["dedup_key"] for event in events} <= {news.dedup_key}


def test_a_reopening_says_that_it_is_the_second_time(httpserver: HTTPServer) -> None:
    ((_, event),) = sent(httpserver, notice(kind=NoticeKind.REOPENED, times_opened=2))
    assert event["payload"]["summary"].endswith("for the 2nd time")


def test_a_new_version_is_a_change_event(httpserver: HTTPServer) -> None:
    ((path, event),) = sent(httpserver, Notice.of_version(TICKETS, AT))
    assert path == "/v2/change/enqueue"
    assert event["payload"]["custom_details"] == {"model": "tickets", "version": "7"}
    assert "event_action" not in event


def test_the_end_of_a_sink_s_trouble_has_the_key_of_its_beginning() -> None:
    assert of_kind(NoticeKind.SINK_WORKING).dedup_key == of_kind(NoticeKind.SINK_FAILED).dedup_key


def test_a_sink_in_trouble_comes_from_the_agent_and_not_from_a_model(httpserver: HTTPServer) -> None:
    ((_, event),) = sent(httpserver, of_kind(NoticeKind.SINK_FAILED))
    payload = event["payload"]
    assert (payload["source"], payload["group"], payload["component"]) == ("anchorwatch", "anchorwatch", "")


def test_four_hundred_intents_stay_far_below_the_limit(httpserver: HTTPServer) -> None:
    news = notice(gdpr_erasure(), *many(400), blast_radius="x" * 100_000)
    ((_, event),) = sent(httpserver, news)
    assert len(json.dumps(event)) < 150_000
    assert len(event["payload"]["summary"]) <= 1024
