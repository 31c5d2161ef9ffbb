"""Alertmanager's silences, as its API has them; what it matches is not matched again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors.sinks import alertmanager_silences
from connectors.sinks.alertmanager_silences import AlertmanagerSilences
from connectors.sinks.http import Http
from monitor.domain.telling.silences_elsewhere import SilencedAlert
from monitor.errors import DeliveryError
from tests.notices import AT
from tests.sending import client

MATCHERS = [
    {"name": "intent", "value": "gdpr_erasure", "isRegex": False, "isEqual": True},
    {"name": "slice", "value": "channel=(email|web)", "isRegex": True, "isEqual": True},
    {"name": "team", "value": 'a"b', "isRegex": False, "isEqual": False},
    {"name": "site", "value": "eu-.*", "isRegex": True, "isEqual": False},
    {"name": "old", "value": "x", "isRegex": False},  # from before there was isEqual
]


def given(number: str = "s1", state: str = "active", hours: int = 8, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "id": number,
        "status": {"state": state},
        "updatedAt": "2026-11-20T11:00:00.000Z",
        "comment": "known",
        "createdBy": "ana",
        "startsAt": "2026-11-20T11:00:00.123Z",
        "endsAt": (AT + timedelta(hours=hours)).isoformat(),
        "matchers": MATCHERS,
        **more,
    }


def reader(*urls: str) -> AlertmanagerSilences:
    return AlertmanagerSilences("am", urls, Http(lambda: AT, client=client(), timeout_s=2))


@pytest.fixture
def base(httpserver: HTTPServer) -> str:
    return httpserver.url_for("/am").rstrip("/")


def test_silences_and_what_they_keep_quiet_are_read(httpserver: HTTPServer, base: str) -> None:
    httpserver.expect_request("/am/api/v2/silences").respond_with_json(
        [given(), given("s2", "expired"), given("s3", "pending", 9), given("s4", hours=-1)]
    )
    httpserver.expect_request(
        "/am/api/v2/alerts",
        query_string="active=false&silenced=true&inhibited=false&unprocessed=false",
    ).respond_with_json(
        [{"labels": {"intent": "x"}, "status": {"state": "suppressed", "silencedBy": ["s1"]}}]
    )
    read = reader(base + "/").read(AT)
    assert [each.id for each in read.silences] == ["s3", "s1"]
    first = read.silences[1]
    assert (first.sink, first.author, first.reason, first.read_at) == ("am", "ana", "known", AT)
    assert (first.begins, first.ends) == (
        datetime(2026, 11, 20, 11, 0, 0, 123_000, tzinfo=UTC),
        AT + timedelta(hours=8),
    )
    assert first.matchers == [
        'intent="gdpr_erasure"',
        'slice=~"channel=(email|web)"',
        'team!="a\\"b"',
        'site!~"eu-.*"',
        'old="x"',
    ]
    assert read.alerts == [SilencedAlert({"intent": "x"}, ["s1"])]


def test_the_sinks_own_login_is_shown(httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        known = request.authorization
        if known is None or (known.username, known.password) != ("watch", "s3cret"):
            return Response(status=401)
        return Response("[]", content_type="application/json")

    httpserver.expect_request("/api/v2/silences").respond_with_handler(answer)
    httpserver.expect_request("/api/v2/alerts").respond_with_handler(answer)
    bare = httpserver.url_for("/")
    named = bare.replace("http://", "http://watch:s3cret@")
    assert reader(named).read(AT).silences == []
    with pytest.raises(DeliveryError, match="answered 401") as refused:
        reader(bare.replace("http://", "http://watch:wr0ng-pass@")).read(AT)
    assert "wr0ng" not in str(refused.value)


def test_where_one_instance_does_not_answer_the_next_is_asked(httpserver: HTTPServer, base: str) -> None:
    httpserver.expect_request("/am/api/v2/silences").respond_with_json([given()])
    httpserver.expect_request("/am/api/v2/alerts").respond_with_json([])
    assert len(reader("http://127.0.0.1:1", base).read(AT).silences) == 1


@pytest.mark.parametrize(
    "body", ["{}", "[{}]", "no", '[{"id": "s", "matchers": [], "startsAt": "x", "endsAt": "y"}]']
)
def test_what_is_no_answer_of_alertmanager_is_said(httpserver: HTTPServer, base: str, body: str) -> None:
    httpserver.expect_request("/am/api/v2/silences").respond_with_data(body)
    with pytest.raises(DeliveryError, match="can't be read"):
        reader(base).read(AT)


def test_no_answer_is_read_without_end(
    httpserver: HTTPServer, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alertmanager_silences, "MOST_READ", 10)
    httpserver.expect_request("/am/api/v2/silences").respond_with_data(" " * 9 + "[]")
    with pytest.raises(DeliveryError, match="more than 10 bytes"):
        reader(base).read(AT)


def test_of_very_many_those_that_end_last_are_kept(
    httpserver: HTTPServer, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alertmanager_silences, "MOST_SILENCES", 2)
    many = [given(f"s{hours}", hours=hours) for hours in (1, 4, 2, 3)]
    httpserver.expect_request("/am/api/v2/silences").respond_with_json(many)
    httpserver.expect_request("/am/api/v2/alerts").respond_with_json([])
    assert [each.id for each in reader(base).read(AT).silences] == ["s4", "s3"]
