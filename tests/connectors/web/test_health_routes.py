"""Health and metrics on the watch room's server: machines get them by address, and strangers no more than whether."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge

from connectors.web.guard import HEADERS
from connectors.web.health_answers import HealthAnswers
from connectors.web.server import RoomServer
from tests.connectors.web.rooms import ANA, VIC, FakeTokens, opened
from tests.fakes.room import FakeDesk, FakeRoom

AT_A_POD = {"Host": "10.1.2.3:8700"}


class Agent:
    """Well, unless something is wrong with it."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.read = 0
        registry = CollectorRegistry()
        Gauge("anchorwatch_intents", "A test.", registry=registry).set_function(self._intents)
        self.answers = HealthAnswers(registry, stuck=lambda: self.wrong, not_ready=lambda: self.wrong)

    def _intents(self) -> float:
        self.read += 1
        return 12.0


@contextmanager
def served(
    agent: Agent, tokens: FakeTokens | None, web: Mapping[str, object] | None = None
) -> Iterator[httpx.Client]:
    app = opened(FakeRoom(), FakeDesk(), web, tokens, health=agent.answers)
    server = RoomServer(app, "127.0.0.1", 0, asks_who=tokens is not None)
    with server, httpx.Client(base_url=server.address, trust_env=False) as client:
        yield client


@pytest.fixture
def agent() -> Agent:
    return Agent()


@pytest.fixture
def loopback(agent: Agent) -> Iterator[httpx.Client]:
    with served(agent, None) as client:
        yield client


@pytest.fixture
def guarded(agent: Agent) -> Iterator[httpx.Client]:
    with served(agent, FakeTokens()) as client:
        yield client


def test_without_a_login_all_three_answer_as_on_a_port_of_their_own(
    agent: Agent, loopback: httpx.Client
) -> None:
    assert "anchorwatch_intents 12.0" in loopback.get("/metrics").text
    for path in ("/healthz", "/readyz"):
        assert (loopback.get(path).status_code, loopback.get(path).json()["ok"]) == (200, True)
    agent.wrong = ["evaluate: has not gone round for 300 s"]
    for path in ("/healthz", "/readyz"):
        answer = loopback.get(path)
        assert (answer.status_code, answer.json()) == (503, {"ok": False, "reasons": agent.wrong})
        assert loopback.head(path).status_code == 503


def test_metrics_are_compressed_for_who_takes_that_and_narrowed_to_what_is_asked_for(
    loopback: httpx.Client,
) -> None:
    with loopback.stream("GET", "/metrics", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert b"anchorwatch_intents" in gzip.decompress(b"".join(answer.iter_raw()))
    assert loopback.get("/metrics", params={"name[]": "another"}).text == ""
    accepted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    assert loopback.get("/metrics", headers=accepted).text.endswith("# EOF\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_another_site_cannot_read_them_through_a_browser_on_this_machine(
    loopback: httpx.Client, path: str
) -> None:
    assert loopback.get(path, headers={"Host": "evil.example"}).status_code == 421


def test_a_stranger_reads_whether_the_agent_is_well_and_not_why(agent: Agent, guarded: httpx.Client) -> None:
    assert guarded.get("/healthz", headers=AT_A_POD).json() == {"ok": True, "reasons": []}
    agent.wrong = ["sink pagerduty: 401"]
    answer = guarded.get("/readyz", headers=AT_A_POD)
    assert (answer.status_code, answer.json()["ok"], "pagerduty" in answer.text) == (503, False, False)
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    known = guarded.get("/readyz", headers={"Authorization": f"Bearer {VIC}"})
    assert (known.status_code, known.json()["reasons"]) == (503, agent.wrong)


def test_metrics_want_a_token_where_the_room_does_and_a_viewer_s_is_enough(
    agent: Agent, guarded: httpx.Client
) -> None:
    for wrong in ({}, {"Authorization": "Bearer aw_nobodys"}):
        answer = guarded.get("/metrics", headers={**AT_A_POD, **wrong})
        assert (answer.status_code, "anchorwatch_intents" in answer.text) == (401, False)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert agent.read == 0
    for token in (VIC, ANA):
        answer = guarded.get("/metrics", headers={**AT_A_POD, "Authorization": f"Bearer {token}"})
        assert (answer.status_code, "anchorwatch_intents 12.0" in answer.text) == (200, True)


def test_who_asks_by_an_address_gets_nothing_else(guarded: httpx.Client) -> None:
    for path in ("/", "/incidents/7", "/login", "/healthz/", "/static/room.css"):
        answer = guarded.get(path, headers={**AT_A_POD, "Authorization": f"Bearer {ANA}"})
        assert answer.status_code == 421, path


def test_a_room_that_serves_no_health_opens_no_door_for_it() -> None:
    app = opened(FakeRoom(), FakeDesk(), tokens=FakeTokens())
    server = RoomServer(app, "127.0.0.1", 0, asks_who=True)
    with server, httpx.Client(base_url=server.address, trust_env=False) as client:
        assert client.get("/healthz").status_code == 303
        assert client.get("/metrics").status_code == 401
