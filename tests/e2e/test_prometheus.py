"""A real Prometheus scrapes a running agent: every query of the dashboard has data, and a dead agent is noticed.

It does so on a port of its own, and with a token on the watch room's.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.kafka.embedded import EmbeddedBroker
from tests.e2e.agent import Place, Producer
from tests.e2e.streams import stream
from tests.sending import client
from tests.services.prometheus import Prometheus, free_port, wait_until
from tests.services.require import running

CONFIG = Path(__file__).parent.parent.parent / "config"
VARIABLES = re.compile(r"\$(model|environment|intent)")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def prometheus(port: int) -> Iterator[Prometheus]:
    with running(
        Prometheus(f"127.0.0.1:{port}", [CONFIG / "prometheus" / "anchorwatch.rules.yml"])
    ) as server:
        yield server


def test_every_query_of_the_dashboard_has_data_while_the_agent_runs_and_its_death_shows(
    tmp_path: Path, embedded_broker: EmbeddedBroker, prometheus: Prometheus, port: int
) -> None:
    place = Place(
        tmp_path,
        embedded_broker.bootstrap,
        {
            "schedule": {"evaluate_seconds": 0.5, "deliver_seconds": 0.2},
            "metrics": {"port": port},
            "slices": [{"name": "tier", "against": "intent"}],  # all of the broken intent, so that a slice is
        },
    )
    place.anchor()
    records = stream(20261122)
    dashboard = json.loads((CONFIG / "grafana" / "anchorwatch.json").read_text())
    queries = [
        VARIABLES.sub(".*", target["expr"]) for panel in dashboard["panels"] for target in panel["targets"]
    ]
    producer = Producer(place)
    with place.start() as agent:
        producer.send(records)
        producer.close()
        agent.wait_until(lambda: place.taken() >= len(records), "every record saved")
        wait_until(lambda: all(prometheus.query(query) for query in queries), "data for every query", 40.0)
        assert [query for query in queries if not prometheus.query(query)] == []
        (degraded,) = prometheus.query('anchorwatch_intent_verdict{verdict="degraded"}')
        assert degraded["metric"]["intent"]
        agent.kill()
    wait_until(lambda: prometheus.query("up == 0"), "the death of the agent")
    alerts = prometheus.get("/api/v1/rules")["data"]["groups"][0]["rules"]
    assert {rule["health"] for rule in alerts} == {"ok"}
    # Gone with its last scrape: `absent` begins to count, and nothing says that recall is back.
    wait_until(
        lambda: prometheus.query(
            'absent(anchorwatch_last_complete_round_timestamp_seconds{loop="evaluate"})'
        ),
        "the series to be gone",
    )
    assert prometheus.query("anchorwatch_intent_verdict") == []


def test_on_the_watch_room_s_port_it_scrapes_with_a_token_and_without_one_is_refused(
    tmp_path: Path, embedded_broker: EmbeddedBroker, port: int
) -> None:
    web = {"port": port, "tokens_file": str(tmp_path / "tokens.yaml")}
    place = Place(tmp_path, embedded_broker.bootstrap, {"metrics": {"port": port}, "web": web})
    added = place.run("token", "add", "prometheus")
    assert added.returncode == 0, added.stderr.decode()
    token, here = added.stdout.decode().strip(), f"127.0.0.1:{port}"
    with (
        place.start(),
        running(Prometheus(here, token=token)) as let_in,
        running(Prometheus(here)) as refused,
    ):
        up = 'up{job="anchorwatch"}'
        wait_until(lambda: let_in.query(f"{up} == 1"), "a scrape with a token", 60.0)
        rounds = "anchorwatch_last_complete_round_timestamp_seconds"
        wait_until(lambda: let_in.query(rounds), "the agent's rounds", 60.0)
        wait_until(lambda: refused.query(f"{up} == 0"), "a scrape that was refused", 60.0)
        (target,) = refused.get("/api/v1/targets")["data"]["activeTargets"]
        assert "401" in target["lastError"]
        with client() as asking:
            assert asking.get(f"http://{here}/healthz").json() == {"ok": True, "reasons": []}
            assert asking.get(f"http://{here}/incidents").headers["location"] == "/login?to=/incidents"
