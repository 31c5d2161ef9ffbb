"""The signed webhook, held against the standard's own package and its limits."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
import standardwebhooks.webhooks
from standardwebhooks import Webhook, WebhookVerificationError

from connectors.sinks.http import Http
from connectors.sinks.webhook import WebhookSink, payload
from connectors.standard_webhooks import signed, signing_key
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.errors import ConfigError
from reports.pages.page import page_of
from tests.notices import AT, TICKETS, concern, gdpr_erasure, many, notice, of_kind
from tests.sending import send

OLD = "whsec_" + base64.b64encode(b"the old key, 24 bytes and more").decode()
NEW = "whsec_" + base64.b64encode(b"the new key, 24 bytes and more").decode()
PLAIN = "a plain secret of 24 bytes or more"


class AtThePage(datetime):
    """The package's clock, stopped at the moment of the page."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return AT + timedelta(minutes=1)


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    monkeypatch.setattr(standardwebhooks.webhooks, "datetime", AtThePage)
    return []


def _sent(news: Notice) -> Any:  # noqa: ANN401
    return json.loads(payload(news, page_of(news)))


def sink(requests: list[httpx.Request], secrets: list[str], at: datetime = AT) -> WebhookSink:
    def take(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(204, stream=httpx.ByteStream(b""))

    http = Http(lambda: at, client=httpx.Client(transport=httpx.MockTransport(take)))
    return WebhookSink("audit", "https://hooks.example/in", http, secrets=secrets)


def test_the_whole_body() -> None:
    news = notice(kind=NoticeKind.REOPENED, times_opened=2, reason="recall fell again")

    assert json.loads(payload(news, page_of(news)._replace(title="the title"))) == {
        "type": "incident.reopened",
        "timestamp": "2026-11-23T09:10:00Z",
        "data": {
            "title": "the title",
            "incident": 17,
            "dedup_key": "a3f0c2d4e5b60718",
            "times_opened": 2,
            "model": {"name": "tickets", "version": "7", "environment": "prod"},
            "members": [
                {
                    "intent": "gdpr_erasure",
                    "slice": "",
                    "live": {"value": 0.3934, "low": 0.2713, "high": 0.5219},
                    "live_support": 61,
                    "recent": {"value": 0.3934, "low": 0.2713, "high": 0.5219},
                    "recent_support": 61,
                    "offline": {"value": 0.88, "low": 0.8045, "high": 0.9332},
                    "offline_support": 120,
                    "offline_real": {"value": 0.4474, "low": 0.2862, "high": 0.617},
                    "offline_real_support": 38,
                    "floor": 0.78,
                    "onset": "2026-11-20T04:10:00Z",
                    "noticed": "2026-11-23T09:10:00Z",
                    "touched": {"value": 74.2, "low": 58.4, "high": 89.1},
                    "misses_to": {
                        "feature_request": 15,
                        "cancel_account": 13,
                        "billing": 4,
                        "refund": 3,
                        "other": 2,
                    },
                    "misses_elsewhere": 0,
                    "evidence": 5.6485,
                    "money_per_day": None,
                    "onset_seq": 0,
                    "page_seq": -1,
                    "newest": "2026-11-23T02:10:00Z",
                    "label_lag_s": 25200.0,
                    "standout": None,
                    "caveats": [],
                    "slices": [],
                    "before": None,
                    "noted_early": None,
                    "siblings": [],
                    "recent_method": "one_look",
                    "onset_low": None,
                    "onset_high": None,
                    "unsure": [],
                }
            ],
            "members_left_out": 0,
            "false_pages_per_year": 1.0,
            "severity": "critical",
            "reason": "recall fell again",
            "blast_radius": "privacy requests; the legal answer is due within 30 days",
            "runbook": "https://wiki.example/runbooks/privacy-intents",
            "dashboard": "",
            "deploys": [],
            "released": "2026-11-03T08:00:00Z",
            "next_command": "anchorwatch incident show 17",
        },
    }


HEADER = {"title", "dedup_key", "severity", "runbook", "next_command"}


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (
            NoticeKind.STALE,
            {
                "model": {"name": "tickets", "version": "7", "environment": "prod"},
                "cells": [{"intent": "gdpr_erasure", "slice": "", "reason": "no labels for 4 days"}],
                "cells_left_out": 0,
            },
        ),
        (NoticeKind.SINK_FAILED, {"sink": "slack", "reason": "hooks.slack.com answered 503"}),
        (NoticeKind.SINK_WORKING, {"sink": "slack", "since": "2026-11-23T07:10:00Z", "waited": 7}),
        (NoticeKind.VERSION, {"model": {"name": "tickets", "version": "7", "environment": "prod"}}),
        (
            NoticeKind.REPORT,
            {
                "week": "2026-W47",
                "lines": [{"heading": "changed", "line": "incident 1 opened"}],
                "lines_left_out": 0,
                "report": "",
            },
        ),
    ],
)
def test_what_is_no_incident_has_the_facts_of_its_own_and_no_empty_ones(
    kind: NoticeKind, facts: dict[str, Any]
) -> None:
    data = _sent(of_kind(kind))["data"]
    assert {name: value for name, value in data.items() if name not in HEADER} == facts


def test_a_test_has_its_member_and_no_incident() -> None:
    data = _sent(of_kind(NoticeKind.TEST))["data"]
    assert [member["intent"] for member in data["members"]] == ["gdpr_erasure"]
    assert data.keys() - HEADER == {"model", "members", "members_left_out", "false_pages_per_year"}


def test_of_cells_too_those_that_fit_are_kept_and_the_rest_counted() -> None:
    news = concern(NoticeKind.BLIND, *((f"{i:03}" + "€" * 252, "€" * 1_000) for i in range(40)))
    body = payload(news, page_of(news)._replace(title=""))

    data = json.loads(body)["data"]
    assert len(body) < 20_000
    assert len(data["cells"]) == 5
    assert data["cells_left_out"] == 35


def test_the_worst_members_that_fit_are_kept_and_the_rest_counted() -> None:
    news = notice(*many(40))

    body = payload(news, page_of(news))

    data = json.loads(body)["data"]
    assert len(body) < 20_000
    assert [member["intent"] for member in data["members"]] == [
        f"intent_{i}" for i in range(len(data["members"]))
    ]
    assert len(data["members"]) >= 20
    assert len(data["members"]) + data["members_left_out"] == 40


def test_however_long_the_names_are_the_body_stays_under_the_limit() -> None:
    misses = {f"{i:03}" + "€" * 252: 400 - i for i in range(300)}
    members = [gdpr_erasure(cell=Cell(TICKETS, "€" * 255, "€" * 255), misses_to=misses)] * 40
    news = notice(*members, reason="€" * 5_000, blast_radius="€" * 5_000, runbook="r" * 5_000)

    body = payload(news, page_of(news))

    data = json.loads(body)["data"]
    assert len(body) < 20_000
    assert (len(data["members"]), data["members_left_out"]) == (1, 39)
    assert sum(data["members"][0]["misses_to"].values()) == sum(range(391, 401))
    assert data["members"][0]["misses_elsewhere"] == sum(range(101, 391))


def test_a_number_without_bound_is_null() -> None:
    news = notice(gdpr_erasure(evidence=float("inf"), touched=Estimate(74.0, 58.0, float("inf"))))

    [member] = _sent(news)["data"]["members"]

    assert member["evidence"] is None
    assert member["touched"] == {"value": 74.0, "low": 58.0, "high": None}


def test_the_standards_own_package_accepts_it(requests: list[httpx.Request]) -> None:
    send(sink(requests, [NEW]), notice())

    [request] = requests
    verified = Webhook(NEW).verify(request.content, dict(request.headers))
    assert verified["type"] == "incident.opened"
    assert request.headers["webhook-id"] == "n-17-1-slack"
    assert request.headers["webhook-timestamp"] == str(int(AT.timestamp()))


def test_it_refuses_another_secret_and_a_changed_body(requests: list[httpx.Request]) -> None:
    send(sink(requests, [NEW]), notice())

    [request] = requests
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(request.content, dict(request.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(request.content + b" ", dict(request.headers))


def test_during_a_rotation_either_secret_verifies(requests: list[httpx.Request]) -> None:
    send(sink(requests, [NEW, OLD]), notice())

    [request] = requests
    assert request.headers["webhook-signature"].count("v1,") == 2
    for secret in (NEW, OLD):
        Webhook(secret).verify(request.content, dict(request.headers))


def test_a_plain_secret_signs_with_its_own_characters(requests: list[httpx.Request]) -> None:
    send(sink(requests, [PLAIN]), notice())

    [request] = requests
    Webhook(PLAIN.encode()).verify(request.content, dict(request.headers))


def test_another_attempt_keeps_the_id_and_the_body_and_signs_its_own_second(
    requests: list[httpx.Request],
) -> None:
    send(sink(requests, [NEW]), notice())
    send(sink(requests, [NEW], at=AT + timedelta(seconds=30)), notice())

    first, second = requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.content == second.content
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 30
    Webhook(NEW).verify(second.content, dict(second.headers))


def test_the_second_signed_is_the_same_in_every_zone() -> None:
    key = signing_key("sink audit", NEW)
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))

    headers = signed([key], "n-1", elsewhere, b"{}")

    assert headers == signed([key], "n-1", AT, b"{}")
    assert headers["webhook-signature"] == Webhook(NEW).sign("n-1", AT.astimezone(UTC), "{}")


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("whsec_not base64!", "sink audit: the secret after whsec_ is not base64"),
        (
            "whsec_" + base64.b64encode(b"short").decode(),
            "sink audit: the secret has 5 bytes; use at least 24",
        ),
        ("hunter2", "sink audit: the secret has 7 bytes; use at least 24"),
        ("", "sink audit: the secret has 0 bytes; use at least 24"),
    ],
)
def test_a_bad_secret_is_refused_without_repeating_it(secret: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        signing_key("sink audit", secret)

    assert caught.value.problems == [problem]


def test_base64_without_its_padding_is_understood() -> None:
    key = b"twenty-five bytes of key."

    assert signing_key("sink audit", "whsec_" + base64.b64encode(key).decode().rstrip("=")) == key


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(ConfigError, match="sink audit: a webhook needs a secret to sign with"):
        sink([], [])
