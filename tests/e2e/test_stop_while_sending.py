"""SIGTERM ends an agent within one timeout, whatever its sinks and its heartbeat are doing; nothing is lost by that."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from connectors.sql.database import open_engine
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.migrate import upgrade
from tests.notices import notice
from tests.services.trickle import trickling
from tests.stored import rows

TIMEOUT_S = 10.0
# And the interpreter's own end, on a machine that is busy; two timeouts are too long.
LONGEST_S = TIMEOUT_S + 8.0
MAIL = {"sender": "anchorwatch@example.com", "to": ["ana@example.com"]}
HTTP, SMTP = b"HTTP/1.1 200 OK\r\nX-Slow: ", b"220-slow "


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """Every sink and the heartbeat trickle."""
    with trickling(HTTP) as http, trickling(SMTP) as smtp:
        url = f"http://127.0.0.1:{http}/in"
        sinks = [
            {"kind": "slack", "url": url},
            {"kind": "alertmanager", "urls": [url]},
            {"kind": "pagerduty", "url": url, "routing_key": "k" * 32},
            {
                "kind": "email",
                "host": "127.0.0.1",
                "port": smtp,
                "security": "none",
                "sender": "a@b.c",
                "to": ["a@b.c"],
            },
            {"kind": "apprise", "urls": [f"json://127.0.0.1:{http}/one", f"json://127.0.0.1:{http}/two"]},
        ]
        file = tmp_path / "anchorwatch.yaml"
        content = {
            "database": {"url": f"sqlite:///{tmp_path}/watch.db"},
            "sinks": sinks,
            "http": {"timeout_seconds": TIMEOUT_S},
            "heartbeat": {"url": url},
            "schedule": {"evaluate_seconds": 1, "deliver_seconds": 1},
        }
        file.write_text(yaml.safe_dump(content))
        yield file


def test_sigterm_while_every_sink_trickles(config: Path) -> None:
    engine = open_engine(f"sqlite:///{config.parent}/watch.db")
    upgrade(engine)
    names = ["slack", "alertmanager", "pagerduty", "email", "apprise"]
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.enqueue(notice(), names)
    program = [sys.executable, "-c", "from monitor.cli import main; main()"]
    command = [*program, "run", "--only", "deliver", "--config", str(config)]
    agent = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, "NO_PROXY": "*"})
    try:
        ends = time.monotonic() + 30
        while rows(engine, "SELECT count(*) FROM notification WHERE state = 'sending'") != [(len(names),)]:
            assert time.monotonic() < ends, rows(engine, "SELECT sink, state, last_error FROM notification")
            time.sleep(0.05)
        began = time.monotonic()
        agent.send_signal(signal.SIGTERM)
        assert agent.wait(30) == 0
        assert time.monotonic() - began < LONGEST_S
    finally:
        agent.kill()
        agent.wait()
    states = rows(engine, "SELECT DISTINCT state FROM notification WHERE incident_id > 0")
    assert set(states) <= {("sending",), ("pending",)}
    engine.dispose()
