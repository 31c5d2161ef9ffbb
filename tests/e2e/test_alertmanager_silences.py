"""A silence in a real Alertmanager: shown as not ours, and told in the incident's history once."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine

from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.app.wiring import App
from monitor.domain.incidents.history import HistoryKind
from reports.tables.silences import silences_view
from tests.e2e.alert_watch import BROKEN, Watch
from tests.services.prometheus import Alertmanager, wait_until
from tests.services.require import running


@pytest.fixture
def watch(sqlite_engine: Engine, httpserver: HTTPServer) -> Iterator[Watch]:
    httpserver.expect_request("/heard").respond_with_data("")
    with running(Alertmanager(httpserver.url_for("/heard"))) as server:
        yield Watch(sqlite_engine, server)


def heed(watch: Watch) -> int:
    app = App(watch.world.settings, watch.world.engine)
    try:
        return app.heed_silences()
    finally:
        app.close()


def silenced(watch: Watch, intent: str, by: str, value: str = "") -> str:
    matcher = {"name": "intent", "value": value or intent, "isRegex": bool(value), "isEqual": True}
    given = {
        "matchers": [matcher],
        "startsAt": now().isoformat(),
        "endsAt": (now() + timedelta(hours=4)).isoformat(),
        "createdBy": by,
        "comment": "a release follows",
    }
    made = str(watch.alertmanager.post("/api/v2/silences", given)["silenceID"])
    wait_until(lambda: _state(watch, intent) == "suppressed", "the silence to hold")
    return made


def _state(watch: Watch, intent: str) -> object:
    alerts = watch.alertmanager.get("/api/v2/alerts")
    return next(each["status"]["state"] for each in alerts if each["labels"].get("intent") == intent)


def test_a_silence_there_is_told_once_and_shown_as_not_ours(watch: Watch) -> None:
    watch.happens("erasure", BROKEN)
    watch.happens("export", BROKEN)
    assert heed(watch) == 0
    silenced(watch, "erasure", "ana")
    assert heed(watch) == 0  # the other alert is told there still
    number = silenced(watch, "export", "ben", value="ex.*")
    assert [heed(watch), heed(watch)] == [1, 0]
    stores = Stores(watch.world.settings, watch.world.engine)
    (incident,) = stores.incidents.all()
    (line,) = (line for line in incident.history if line.what is HistoryKind.ACKNOWLEDGED_ELSEWHERE)
    assert set(line.who.removesuffix(" (alertmanager)").split(", ")) == {"ana", "ben"}
    elsewhere = stores.silences_elsewhere.all()
    shown = json.loads(json.dumps(silences_view([], now(), elsewhere).content))
    assert {(each["sink"], each["author"], *each["matchers"]) for each in shown} == {
        ("alertmanager", "ana", 'intent="erasure"'),
        ("alertmanager", "ben", 'intent=~"ex.*"'),
    }
    assert number in {each["id"] for each in shown}
