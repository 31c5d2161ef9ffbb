"""What /metrics, /healthz and /readyz say, read as Prometheus reads them."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.sql.counters import count_up
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.cells import CELLS_CHANGED
from connectors.web.health_server import HealthServer
from monitor.app import metrics
from monitor.app.wiring import App
from monitor.errors import ConfigError
from monitor.settings.settings import Settings
from tests.sending import client
from tests.services.require import Missing, skip_or_fail
from tests.stored import NOON
from tests.worlds import LATER, World


@pytest.fixture
def world(sqlite_engine: Any) -> World:  # noqa: ANN401
    made = World(sqlite_engine)
    made.anchor(erasure=(0.88, 38), export=(0.9, 40))
    made.outcomes("erasure", "h" * 10 + "m" * 30)
    made.outcomes("export", "h" * 9 + "m", slices={"channel": "email"})
    made.outcomes("billing", "h")
    made.evaluate()
    return made


@pytest.fixture
def app(world: World) -> Iterator[App]:
    made = App(Settings(metrics={"port": 0}, slices=[{"name": "channel"}]), world.engine)
    made.vitals.watch({"ingest": 0.5, "evaluate": 60.0})
    yield made
    made.close()


@pytest.fixture
def server(app: App) -> Iterator[HealthServer]:
    served = app.vitals.serve()
    assert served is not None
    with served:
        yield served


def get(server: HealthServer, path: str) -> httpx.Response:
    with client() as asking:
        return asking.get(f"http://127.0.0.1:{server.port}{path}")


def series(server: HealthServer, name: str) -> dict[tuple[str, ...], float]:
    """The values of a series by its labels' values, in the order of their names."""
    values = {}
    for family in text_string_to_metric_families(get(server, "/metrics").text):
        for sample in family.samples:
            if sample.name == f"anchorwatch_{name}":
                values[tuple(value for _, value in sorted(sample.labels.items()))] = sample.value
    return values


def of(intent: str, *more: str) -> tuple[str, ...]:
    return ("prod", intent, "tickets", "7", *more)


def test_every_whole_intent_is_reported(server: HealthServer) -> None:
    assert series(server, "intent_labelled_positives") == {
        of("erasure"): 40,
        of("export"): 10,
        of("billing"): 1,
    }
    assert series(server, "intent_recall_ratio")[of("erasure")] == 0.25
    assert series(server, "intent_offline_recall_ratio") == {of("erasure"): 0.88, of("export"): 0.9}
    assert series(server, "intent_verdict")[of("erasure", "degraded")] == 1
    coverages = {
        labels[2]: labels[0] for labels in series(server, "intent_coverage")
    }  # labels come sorted by name
    assert coverages == {"erasure": "seen", "export": "seen", "billing": "none"}
    assert series(server, "intent_evidence_ratio")[of("erasure")] >= 1


def test_events_incidents_and_notifications_are_counted_from_the_database(server: HealthServer) -> None:
    events = series(server, "events_total")
    assert {outcome: count for (outcome, _), count in events.items()} == {}
    assert series(server, "incidents_open") == {(): 1}
    assert series(server, "notifications_waiting") == {("terminal",): 1}
    written = (NOON + LATER).timestamp()
    for name, at in [("oldest_waiting", {("terminal",): written}), ("next_try", {("terminal",): written})]:
        assert series(server, f"sink_{name}_timestamp_seconds") == at
    for name in ("last_sent", "last_failed"):
        assert series(server, f"sink_{name}_timestamp_seconds") == {}
    assert series(server, "database_up") == {(): 1}


def test_a_model_that_is_gone_takes_its_series_with_it(world: World, server: HealthServer) -> None:
    assert series(server, "intent_recall_ratio")
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM cell")
        count_up(Dialect(connection), CELLS_CHANGED, 1)  # as whoever changes cells does
    assert series(server, "intent_recall_ratio") == {}


def test_label_delays_are_a_histogram_and_the_share_of_labelled_predictions_is_reported(
    server: HealthServer,
) -> None:
    counts = {
        labels[1]: count for labels, count in series(server, "label_delay_seconds_bucket").items()
    }  # by bound; the labels come sorted by name: environment, le, model, model_version
    assert counts["+Inf"] == 51
    assert series(server, "label_delay_seconds_count") == {("prod", "tickets", "7"): 51}
    assert [counts[bound] for bound in sorted(counts, key=float)] == sorted(counts.values())
    (joined,) = series(server, "label_join_ratio").values()
    assert joined == 1


def test_rounds_are_counted_by_how_they_went(app: App, server: HealthServer) -> None:
    app.vitals.health.round("evaluate", NOON)
    app.vitals.health.round("evaluate", NOON, "the broker is out of reach")
    app.vitals.health.missed("evaluate")
    app.vitals.health.missed("retention")
    rounds = series(server, "rounds_total")
    assert [rounds["evaluate", outcome] for outcome in ("whole", "failed", "missed")] == [1, 1, 1]


def test_intents_beyond_the_cap_are_counted_together(
    server: HealthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "INTENTS_MAX", 1)
    assert series(server, "intent_labelled_positives") == {of("erasure"): 40, of("__other__"): 11}
    assert series(server, "intent_verdict") == {
        of("erasure", "degraded"): 1,
        of("__other__", "ok"): 1,
        of("__other__", "unanchored"): 1,
    }
    assert sum(series(server, "intent_coverage").values()) == 3
    assert set(series(server, "intent_recall_ratio")) == {of("erasure")}


def test_loops_and_lag_are_this_process_s_own(app: App, server: HealthServer) -> None:
    app.vitals.health.round("evaluate", NOON)
    app.vitals.health.round("ingest", NOON, "the broker is out of reach")
    app.vitals.health.lag = {("labels", 3): 17}
    assert series(server, "last_complete_round_timestamp_seconds") == {("evaluate",): NOON.timestamp()}
    assert series(server, "loop_in_trouble") == {("evaluate",): 0, ("ingest",): 1}
    assert series(server, "consumer_lag_messages") == {("3", "labels"): 17}


def test_a_database_that_can_t_be_read_leaves_what_was_known(
    app: App, server: HealthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = series(server, "intent_recall_ratio")
    monkeypatch.setattr(app.status, "cells", lambda: app.engine.connect().exec_driver_sql("SELECT nothing"))
    assert series(server, "database_up") == {(): 0}
    assert series(server, "intent_recall_ratio") == before


def test_many_who_ask_at_once_share_what_is_read_of_the_database(
    app: App, server: HealthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them would else cost the agent a reading of everything."""
    reads, cells = count(), app.status.cells

    def slowly() -> Any:  # noqa: ANN401
        next(reads)
        time.sleep(0.5)
        return cells()

    monkeypatch.setattr(app.status, "cells", slowly)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: get(server, "/metrics"), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert all("anchorwatch_intent_recall_ratio{" in answer.text for answer in answers)
    assert next(reads) <= 5


def test_healthz_and_readyz_tell_the_truth_with_reasons(app: App, server: HealthServer) -> None:
    ready = get(server, "/readyz")
    assert (ready.status_code, ready.json()) == (
        503,
        {"ok": False, "reasons": [f"{n} has not completed a round yet" for n in ("ingest", "evaluate")]},
    )
    assert get(server, "/healthz").status_code == 200
    for name, loop in app.vitals.health.loops.items():
        app.vitals.noted(name, lambda: None)()
        assert loop.trouble == ""
    assert get(server, "/readyz").json() == {"ok": True, "reasons": []}
    last = app.vitals.health.loops["ingest"].last
    assert last is not None
    app.vitals.health.loops["ingest"].last = last - timedelta(minutes=3)
    stuck = get(server, "/healthz")
    assert stuck.status_code == 503
    assert stuck.json()["reasons"][0].startswith("ingest has not gone round for 18")


def test_any_other_path_is_told_what_there_is(server: HealthServer) -> None:
    answer = get(server, "/")
    assert (answer.status_code, answer.json()) == (404, {"paths": ["/metrics", "/healthz", "/readyz"]})


def test_a_port_that_is_taken_is_a_clear_error(app: App, server: HealthServer) -> None:
    app.vitals.settings = Settings(metrics={"port": server.port})
    with pytest.raises(ConfigError, match=rf"metrics.port: can't listen on 127.0.0.1:{server.port}: Address"):
        app.vitals.serve()


def test_prometheus_finds_nothing_to_improve(server: HealthServer) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        skip_or_fail(Missing("prometheus", "promtool is not installed (Debian's package prometheus)"))
    text = get(server, "/metrics").text
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_heartbeat_is_sent_after_whole_cycles_only(app: App, httpserver: Any) -> None:  # noqa: ANN401
    httpserver.expect_request("/beat", method="POST").respond_with_data("ok")
    app.vitals.settings = Settings(heartbeat={"url": httpserver.url_for("/beat")})
    app.vitals.heartbeat()
    assert httpserver.log == []
    for name in app.vitals.health.loops:
        app.vitals.noted(name, lambda: None)()
    app.vitals.heartbeat()
    assert len(httpserver.log) == 1
