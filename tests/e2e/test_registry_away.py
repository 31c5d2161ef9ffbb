"""A schema registry that dies behind a running agent: what needs it waits, `status` says so, and nothing is lost."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.kafka.embedded import EmbeddedBroker
from tests.connectors.formats.writing import AVRO_PREDICTION, as_avro, framed
from tests.domain.events.records import PREDICTION
from tests.e2e.agent import Place, until
from tests.services.kafka_tools import produce

AWAY = "the schema registry has been away since"
EACH = 40


@contextmanager
def registry(schemas: Mapping[int, object], port: int = 0) -> Iterator[int]:
    """A registry on loopback that knows these schemas; its port."""
    answers = {f"/schemas/ids/{number}": schema for number, schema in schemas.items()}

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"schema": json.dumps(answers[self.path])}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(place: Place, number: int, first: int) -> None:
    """So many predictions of a schema, all to one partition."""
    rows: list[dict[str, Any]] = [
        {"value": framed(number, as_avro(PREDICTION | {"prediction_id": f"p{first + each}"}))}
        for each in range(EACH)
    ]
    produce(place.bootstrap, place.topics["predictions"], 0, rows)


@pytest.fixture
def place(tmp_path: Path, embedded_broker: EmbeddedBroker) -> Place:
    made = Place(tmp_path, embedded_broker.bootstrap)
    content = yaml.safe_load(made.config.read_text())
    content["kafka"]["topics"]["predictions"] = {"name": made.topics["predictions"], "format": "avro"}
    made.config.write_text(yaml.safe_dump(content))
    return made


def says_away(place: Place) -> bool:
    return AWAY in place.run("status").stdout.decode()


def test_what_needs_a_dead_registry_waits_and_comes_when_it_is_back(place: Place) -> None:
    alive = ExitStack()
    port = alive.enter_context(registry({7: AVRO_PREDICTION}))
    content = yaml.safe_load(place.config.read_text())
    content["kafka"]["schema_registry"] = {"url": f"http://127.0.0.1:{port}"}
    place.config.write_text(yaml.safe_dump(content))
    with alive, place.start() as agent:
        send(place, 7, 0)
        agent.wait_until(partial(place.has_taken, EACH), "the records of a schema that is known by now")
        assert not says_away(place)
        alive.close()

        send(place, 7, EACH)
        agent.wait_until(partial(place.has_taken, 2 * EACH), "more of the same schema, without the registry")
        send(place, 8, 2 * EACH)
        send(place, 7, 3 * EACH)
        agent.wait_until(lambda: says_away(place), "status to say that the registry is away")
        assert not until(lambda: place.taken() != 2 * EACH, 3)

        with registry({7: AVRO_PREDICTION, 8: AVRO_PREDICTION}, port):
            agent.wait_until(partial(place.has_taken, 4 * EACH), "all that waited")
            agent.wait_until(lambda: not says_away(place), "status to say nothing of it any more")
            assert agent.terminate(within_s=10) == 0
    assert place.taken() == 4 * EACH
