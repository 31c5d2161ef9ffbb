"""What an Alertmanager was sent under which labels is remembered until its end was sent, and a day longer."""

from datetime import timedelta

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.http import Http
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.outbox import Outbox
from connectors.sql.sent_alerts import KEPT
from connectors.sql.sent_alerts import SentAlerts as StoredAlerts
from monitor.deliver.ports import SentAlerts
from monitor.domain.telling.alerts import SentAlert
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from tests.fakes.sent_alerts import FakeSentAlerts
from tests.notices import AT, concern
from tests.sending import send
from tests.stored import NOON

HOUR = timedelta(hours=1)
ERASURE = SentAlert("k1", "erasure", NOON, {"intent": "erasure", "team": "privacy"})
EXPORT = SentAlert("k1", "export", NOON + HOUR, {"intent": "export"})


@pytest.fixture(params=[FakeSentAlerts, StoredAlerts])
def alerts(request: pytest.FixtureRequest, engine: Engine) -> SentAlerts:
    made: SentAlerts = FakeSentAlerts() if request.param is FakeSentAlerts else StoredAlerts(engine)
    return made


def test_what_began_is_known_with_its_labels_to_its_own_sink_alone(alerts: SentAlerts) -> None:
    alerts.begin("am", [ERASURE, EXPORT])
    assert list(alerts.of("am")) == [ERASURE, EXPORT]
    assert list(alerts.of("pager")) == []


def test_what_ended_is_known_with_its_end_and_may_begin_again(alerts: SentAlerts) -> None:
    alerts.begin("am", [ERASURE])
    alerts.end("am", [ERASURE], NOON + HOUR)
    assert list(alerts.of("am")) == [replace(ERASURE, ended=NOON + HOUR)]
    alerts.begin("am", [ERASURE])
    assert list(alerts.of("am")) == [ERASURE]


def test_nothing_is_nothing_to_do(alerts: SentAlerts) -> None:
    alerts.begin("am", [])
    alerts.end("am", [], NOON)
    assert list(alerts.of("am")) == []


def test_what_ended_long_ago_is_dropped(engine: Engine) -> None:
    stored = StoredAlerts(engine)
    stored.begin("am", [ERASURE, EXPORT])
    stored.end("am", [ERASURE], NOON + HOUR)
    stored.end("am", [EXPORT], NOON + KEPT + HOUR)
    assert len(stored.of("am")) == 2
    stored.end("am", [EXPORT], NOON + KEPT + 2 * HOUR)
    assert [sent.about for sent in stored.of("am")] == ["export"]


def sent(engine: Engine, *notices: Notice) -> None:
    """Write notices, and send them through an Alertmanager that takes everything."""
    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"")))
    )
    am = AlertmanagerSink("am", ["http://am"], Http(lambda: AT, client=client), StoredAlerts(engine))
    outbox = Outbox(engine)
    for notice in notices:
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.enqueue(notice, ["am"])
        due = outbox.claim(AT)
        assert due is not None
        send(am, due.notice)
        outbox.sent(due, AT)


def test_that_labels_stopped_stands_until_they_flow(engine: Engine) -> None:
    first = concern(NoticeKind.STALE, ("erasure", "no labels"), ("export", "no labels"))
    second = concern(NoticeKind.STALE, ("refund", "no labels"), at=AT + HOUR)
    blind = concern(NoticeKind.BLIND, ("billing", "too few labels"))
    sent(engine, first, second, blind)
    outbox = Outbox(engine)
    assert outbox.standing("am", AT + HOUR) == [first, second], "of what is told once nothing is repeated"
    assert outbox.standing("slack", AT) == []
    flowing = concern(NoticeKind.FLOWING, ("erasure", "they come"), ("export", "they come"), at=AT + 2 * HOUR)
    sent(engine, flowing)
    assert outbox.standing("am", AT) == [second, flowing]
    assert outbox.standing("am", AT + HOUR) == [second]
