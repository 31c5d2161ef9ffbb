"""A real Prometheus scrapes a running agent: every query of the dashboard has data, and a dead agent is noticed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.kafka.embedded import EmbeddedBroker
from tests.e2e.agent import Place, Producer
from tests.e2e.streams import stream
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
