"""One suite over every sink that talks to a server, and servers that misbehave in every known way.

Whatever the mood: nothing is lost, nothing comes twice under different keys, and each incident keeps its order.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from random import Random
from typing import Any, NamedTuple

import pytest
import structlog
from sqlalchemy import Engine

from connectors.sinks.apprise import AppriseSink
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.outbox import Outbox
from monitor.deliver.deliver import Deliver
from monitor.deliver.ports import Sink
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.errors import DeliveryError
from reports.pages.page import page_of
from tests.connectors.sinks import smtp
from tests.contract import http_sinks
from tests.notices import TICKETS, gdpr_erasure, notice
from tests.sending import send
from tests.services import moody
from tests.services.moody import PATIENCE_S, RETRY_AFTER_S, Peer, http_peer, smtp_peer
from tests.stored import NOON, rows

INCIDENTS = 6
STAGES = (NoticeKind.OPENED, NoticeKind.ACKNOWLEDGED, NoticeKind.RESOLVED)


def by_runbook(raw: bytes) -> tuple[int, int]:
    """Every notice of these tests has a runbook of its own."""
    match = re.search(rb"runbooks/(\d+)-(\d)", raw)
    assert match is not None
    return int(match[1]), int(match[2])


def by_action(raw: bytes) -> tuple[int, int]:
    """PagerDuty gets no more than the key at the end of an incident."""
    event = body(raw)
    stage = ["trigger", "acknowledge", "resolve"].index(event["event_action"])
    return int(event["dedup_key"].removeprefix("key-")), stage


class Way(NamedTuple):
    """A sink, the server it talks to, and how to read the incident's key from a message.

    `which` reads the incident and the stage of its life that a message is about. `hears_no` is whether it can
    tell a refusal from trouble, `waits` whether it hears how long to wait.
    """

    sink: Sink
    peer: Peer
    key: Callable[[bytes], object]
    hears_no: bool = True
    waits: bool = True
    which: Callable[[bytes], tuple[int, int]] = by_runbook


def body(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    return json.loads(raw.partition(b"\r\n\r\n")[2])


def slack(peer: Peer) -> Way:
    return Way(http_sinks.slack(url(peer)), peer, lambda raw: None)


def webhook(peer: Peer) -> Way:
    return Way(http_sinks.webhook(url(peer)), peer, lambda raw: body(raw)["data"]["dedup_key"])


def alertmanager(peer: Peer) -> Way:
    return Way(http_sinks.alertmanager(url(peer)), peer, lambda raw: body(raw)[0]["labels"])


def pagerduty(peer: Peer) -> Way:
    return Way(http_sinks.pagerduty(url(peer)), peer, lambda raw: body(raw)["dedup_key"], which=by_action)


def apprise(peer: Peer) -> Way:
    address = f"json://127.0.0.1:{peer.port}/in?cto={PATIENCE_S}&rto={PATIENCE_S}"
    made = AppriseSink("oncall", [address])
    return Way(made, peer, lambda raw: None, hears_no=False, waits=False)


def email(peer: Peer) -> Way:
    return Way(smtp.sink(peer.port, timeout_s=PATIENCE_S), peer, thread, waits=False)


def thread(raw: bytes) -> object:
    message = message_from_bytes(raw)
    return message["References"] or message["Message-ID"]


def url(peer: Peer) -> str:
    return f"http://127.0.0.1:{peer.port}/in"


@pytest.fixture(params=[slack, webhook, alertmanager, pagerduty, apprise, email])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    make: Callable[[Peer], Way] = request.param
    with (smtp_peer if make is email else http_peer)() as peer:
        yield make(peer)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def refusal(way: Way, mood: str) -> DeliveryError:
    way.peer.moods.append(mood)
    with pytest.raises(DeliveryError) as caught:
        send(way.sink, notice())
    return caught.value


def test_what_is_taken_arrives_once_and_names_the_intent(way: Way) -> None:
    send(way.sink, notice())
    (raw,) = way.peer.read
    assert b"gdpr_erasure" in raw


@pytest.mark.parametrize("mood", moody.TROUBLE)
def test_trouble_is_tried_again(way: Way, mood: str) -> None:
    error = refusal(way, mood)
    assert error.retryable
    assert error.retry_after_s == (RETRY_AFTER_S if way.waits and mood in moody.STATUS else None)
    assert not error.disables


@pytest.mark.parametrize("mood", moody.REFUSAL)
def test_a_refusal_is_not_tried_again_where_the_sink_can_tell(way: Way, mood: str) -> None:
    assert refusal(way, mood).retryable is not way.hears_no


def test_a_server_that_is_gone_is_tried_again(way: Way) -> None:
    for _ in range(2):
        assert refusal(way, moody.SILENT).retryable


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_through_every_mood_all_arrives_in_order_and_under_one_key_an_incident(
    way: Way, sqlite_engine: Engine, seed: int
) -> None:
    random = Random(seed)
    moods = [mood for mood in moody.TROUBLE for _ in range(3)] + [moody.TAKES] * 10
    random.shuffle(moods)
    way.peer.moods.extend(moods)
    now = NOON
    outbox = Outbox(sqlite_engine)
    deliver = Deliver(outbox, {"oncall": way.sink}, page_of, lambda: now, random)
    for stage, kind in enumerate(STAGES):
        with EvaluationStore(sqlite_engine).evaluation() as transaction:
            for incident in range(1, INCIDENTS + 1):
                transaction.enqueue(news_of(incident, stage, kind), ["oncall"])
        deliver()
        now += timedelta(seconds=3)
    while outbox.undelivered():
        now += timedelta(seconds=20)
        deliver()

    assert {state for (state,) in rows(sqlite_engine, "SELECT state FROM notification")} <= {
        "sent",
        "superseded",
    }
    keys: dict[int, object] = {}
    stages: dict[int, list[int]] = {}
    for raw in way.peer.read:
        incident, stage = way.which(raw)
        assert keys.setdefault(incident, way.key(raw)) == way.key(raw)
        stages.setdefault(incident, []).append(stage)
    assert set(stages) == set(range(1, INCIDENTS + 1))
    for seen in stages.values():
        assert seen == sorted(seen)
        assert seen[-1] == len(STAGES) - 1
    if any(key is not None for key in keys.values()):
        assert len({json.dumps(key) for key in keys.values()}) == INCIDENTS


def news_of(incident: int, stage: int, kind: NoticeKind) -> Notice:
    """One message of an incident; its runbook says which."""
    return notice(
        gdpr_erasure(cell=Cell(TICKETS, f"intent_{incident}")),
        id=f"{incident}-{stage}",
        incident=incident,
        dedup_key=f"key-{incident}",
        kind=kind,
        reason="ana: on it",
        runbook=f"https://wiki.example/runbooks/{incident}-{stage}",
    )
