"""What people do in PagerDuty and Slack comes back into the incident, and only what is signed is heard."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from typing_extensions import override

from connectors.web.hooks.routes import Heeded
from connectors.web.room import watch_room
from connectors.web.server import RoomServer
from connectors.web.who import Doorkeeper
from monitor.domain.access.requests import RequestAnswer
from monitor.errors import ConfigError, RequestInProgressError
from monitor.review.ports.writing import AskedWrite
from monitor.settings.web import WebSettings
from reports.web.assets import assets
from reports.web.porch import Porch
from tests.connectors.web.hooks.sending import (
    SECRET,
    pagerduty_event,
    pagerduty_headers,
    slack_action,
    slack_headers,
)
from tests.connectors.web.rooms import NOW, FakeTokens, StoppedClock
from tests.fakes.elsewhere import FakeIncidentsElsewhere
from tests.fakes.room import FakeDesk, FakeRoom
from tests.fakes.writer import FakeWriter
from tests.services.prometheus import wait_until

OURS = {"id": "PGR0VU2", "type": "incident", "incident_key": "key-of-7"}


class Hooked:
    """A room that asks who people are, and hears PagerDuty and Slack."""

    def __init__(self, writer: FakeWriter | None = None) -> None:
        self.writer, self.incidents = writer or FakeWriter(), FakeIncidentsElsewhere()
        self.clock = StoppedClock()
        self.replies: list[tuple[str, str]] = []
        web = WebSettings.model_validate({"tokens_file": "tokens.yaml"})
        keeper = Doorkeeper(web, FakeTokens(), Porch(), self.clock)
        heeded = Heeded(
            self.incidents,
            lambda url, words: self.replies.append((url, words)),
            self.clock,
            pagerduty=("an older secret", SECRET),
            slack=(SECRET,),
        )
        app = watch_room(FakeRoom(), FakeDesk(), self.writer, assets(), keeper, heeded)
        self.server = RoomServer(app, "127.0.0.1", 0, asks_who=True)

    def pagerduty(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        sent = headers or pagerduty_headers(body)
        return self.post("/hooks/pagerduty", body, sent)

    def slack(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.post("/hooks/slack", body, headers or slack_headers(body))

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        with httpx.Client(trust_env=False) as client:
            return client.post(
                self.server.address + path,
                content=body,
                headers=[(k.encode(), v.encode()) for k, v in headers.items()],
            )


@contextmanager
def hooked_up(writer: FakeWriter | None = None) -> Iterator[Hooked]:
    hooked = Hooked(writer)
    with hooked.server:
        yield hooked


@pytest.fixture
def hooked() -> Iterator[Hooked]:
    with hooked_up() as hooked:
        yield hooked


def test_who_acknowledges_and_resolves_in_pagerduty_does_so_here_by_name(hooked: Hooked) -> None:
    assert hooked.pagerduty(pagerduty_event("incident.acknowledged", OURS, "1")).json() == {"done": True}
    assert hooked.pagerduty(pagerduty_event("incident.resolved", OURS, "2")).json() == {"done": True}
    who = "Ana Kovač (PagerDuty)"
    assert hooked.writer.done == [("acknowledge", 7, who, ""), ("resolve", 7, who, "")]
    assert [key and key.key for key in hooked.writer.keys] == ["1", "2"]


def test_a_note_in_pagerduty_is_known_by_the_id_of_an_event_before(hooked: Hooked) -> None:
    note = {"id": "N1", "type": "incident_note", "content": "rolled back", "incident": {"id": "PGR0VU2"}}
    early = hooked.pagerduty(pagerduty_event("incident.annotated", note, "1"))
    assert early.json() == {"done": False, "why": "it is about no incident of this room"}
    hooked.pagerduty(pagerduty_event("incident.triggered", OURS, "2"))
    assert hooked.pagerduty(pagerduty_event("incident.annotated", note, "3")).json() == {"done": True}
    assert hooked.writer.done == [("note", 7, "Ana Kovač (PagerDuty)", "rolled back")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            pagerduty_event("incident.acknowledged", {"incident_key": "of another service"}),
            "it is about no incident of this room",
        ),
        (
            pagerduty_event("incident.resolved", OURS, by="inbound_integration_reference"),
            "no person did it",
        ),
        (pagerduty_event("incident.escalated", OURS), "nothing is done for incident.escalated"),
        (pagerduty_event("pagey.ping", {}), "it is about no incident of this room"),
    ],
)
def test_what_is_not_for_us_is_passed_over_and_said(hooked: Hooked, body: bytes, why: str) -> None:
    answer = hooked.pagerduty(body)
    assert (answer.status_code, answer.json()) == (200, {"done": False, "why": why})
    assert hooked.writer.done == []


def test_what_comes_too_late_is_answered_with_why_and_not_sent_again(hooked: Hooked) -> None:
    hooked.writer.fails = ConfigError(["incident 7 is resolved, there is nothing left to do"])
    late = hooked.pagerduty(pagerduty_event("incident.acknowledged", OURS))
    assert late.status_code == 200
    assert late.json() == {"done": False, "why": "incident 7 is resolved, there is nothing left to do"}


def test_what_was_done_before_the_incident_was_opened_again_does_nothing_to_it(hooked: Hooked) -> None:
    hooked.incidents.opened[7] = NOW + timedelta(seconds=1)
    for number, kind in enumerate(("incident.acknowledged", "incident.resolved")):
        late = hooked.pagerduty(pagerduty_event(kind, OURS, str(number)))
        assert late.json() == {"done": False, "why": "the incident was opened again since"}
    assert hooked.writer.done == []
    hooked.incidents.opened[7] = NOW
    assert hooked.pagerduty(pagerduty_event("incident.resolved", OURS, "3")).json() == {"done": True}


def test_an_event_of_another_day_is_no_news(hooked: Hooked) -> None:
    hooked.clock.at = NOW + timedelta(hours=24, seconds=1)
    old = hooked.pagerduty(pagerduty_event("incident.annotated", OURS))
    assert old.json() == {"done": False, "why": "it is not of this day"}


class BusyWriter(FakeWriter):
    """The same request is being done."""

    @override
    def acknowledge(self, asked: AskedWrite[object], number: int, who: str, why: str) -> RequestAnswer:
        raise RequestInProgressError("it is being done")


def test_what_cannot_be_done_now_is_to_be_sent_again() -> None:
    with hooked_up(BusyWriter()) as hooked:
        assert hooked.pagerduty(pagerduty_event("incident.acknowledged", OURS)).status_code == 503
        assert hooked.slack(slack_action("acknowledge", "key-of-7")).status_code == 200


@pytest.mark.parametrize("signature", ["", "v1=", f"v1={'0' * 64}", "v0=é"])
def test_without_a_signature_of_ours_nothing_is_heard(hooked: Hooked, signature: str) -> None:
    body = pagerduty_event("incident.acknowledged", OURS)
    assert hooked.pagerduty(body, {"X-PagerDuty-Signature": signature}).status_code == 401
    other = pagerduty_headers(body, "another secret")
    assert hooked.pagerduty(body, other).status_code == 401
    assert hooked.pagerduty(body + b" ", pagerduty_headers(body)).status_code == 401
    assert hooked.writer.done == []


def test_slack_signatures_are_of_now(hooked: Hooked) -> None:
    body = slack_action("acknowledge", "key-of-7")
    late = slack_headers(body, seconds=int(NOW.timestamp()) - 301)
    assert hooked.slack(body, late).status_code == 401
    assert hooked.slack(body, {**slack_headers(body), "X-Slack-Request-Timestamp": "²"}).status_code == 401
    assert hooked.slack(body, slack_headers(body, "another")).status_code == 401
    assert hooked.slack(body, slack_headers(body, seconds=int(NOW.timestamp()) - 299)).status_code == 200


def test_buttons_in_slack_do_what_they_say_by_name(hooked: Hooked) -> None:
    hooked.slack(slack_action("acknowledge", "key-of-7"))
    hooked.slack(slack_action("resolve", "key-of-7"))
    hooked.slack(slack_action("note", "key-of-7:note", value="rolled back"))
    who = "ana.kovac (Slack)"
    assert hooked.writer.done == [
        ("acknowledge", 7, who, ""),
        ("resolve", 7, who, ""),
        ("note", 7, who, "rolled back"),
    ]
    assert hooked.replies == []


def test_who_presses_too_late_is_told_so_and_nobody_else(hooked: Hooked) -> None:
    hooked.writer.fails = ConfigError(["incident 7 is acknowledged already, by ben"])
    assert hooked.slack(slack_action("acknowledge", "key-of-7")).content == b""
    words = "Nothing was done: incident 7 is acknowledged already, by ben."
    wait_until(lambda: hooked.replies, "the reply")
    assert hooked.replies == [("https://hooks.slack.com/actions/T1/1/x", words)]


def test_other_buttons_of_the_same_app_are_passed_over(hooked: Hooked) -> None:
    body = slack_action("acknowledge", "key-of-7").replace(b"anchorwatch.", b"deployments.")
    assert hooked.slack(body).status_code == 200
    assert (hooked.writer.done, hooked.replies) == ([], [])


DEEP = b"[" * 100_000
STRANGE = [
    b"",
    b"{",
    b'{"event": 3}',
    b"\xff",
    b'{"event": "\xff"}',
    b'{"unknown": %b' % DEEP,
    b"payload=%b" % DEEP,
]


@pytest.mark.parametrize("body", STRANGE)
def test_what_is_signed_and_no_event_is_refused(hooked: Hooked, body: bytes) -> None:
    assert hooked.pagerduty(body).status_code == 400
    assert hooked.slack(body).status_code == 400


def test_where_nobody_is_heeded_there_is_no_such_address() -> None:
    keeper = Doorkeeper(WebSettings(), None, Porch(), StoppedClock())
    app = watch_room(FakeRoom(), FakeDesk(), FakeWriter(), assets(), keeper)
    body = pagerduty_event("incident.acknowledged", OURS)
    with RoomServer(app, "127.0.0.1", 0) as server, httpx.Client(trust_env=False) as client:
        answer = client.post(
            f"{server.address}/hooks/pagerduty", content=body, headers=pagerduty_headers(body, "")
        )
    assert answer.status_code == 404
