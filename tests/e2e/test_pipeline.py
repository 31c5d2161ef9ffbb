"""Bytes into the broker, a single page out, and every number equal to an independent reading of the same bytes."""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from tests.e2e import reference
from tests.e2e.agent import Place, Producer, counted
from tests.e2e.drafts import BROKEN, MAX_BYTES, Sent
from tests.e2e.streams import as_lines, stream
from tests.services.kafka_tools import read_all

SEED = 20261122
SLICES = ("channel",)
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, or").decode()
SETTINGS: dict[str, Any] = {
    "slices": [{"name": name} for name in SLICES],
    "limits": {"message_bytes": MAX_BYTES},
}


@pytest.fixture(scope="module")
def records() -> list[Sent]:
    return stream(SEED)


@pytest.fixture(scope="module")
def truth(records: Sequence[Sent]) -> reference.Truth:
    return reference.read([(record.topic[:-1], record.value) for record in records], SLICES, MAX_BYTES)


class Pager:
    """A receiver of webhooks that believes only what is signed."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/page")
        self.messages: list[dict[str, Any]] = []
        server.expect_request("/page", method="POST").respond_with_handler(self._receive)

    def pages(self) -> list[dict[str, Any]]:
        """Without notes about suspects: whether one comes depends on how much of the stream an evaluation meets."""
        return [message for message in self.messages if message["type"] != "cells.suspect"]

    def _receive(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.messages.append(Webhook(SECRET).verify(request.get_data(), headers))
        return Response(status=204)


@pytest.fixture
def pager(httpserver: HTTPServer) -> Iterator[Pager]:
    yield Pager(httpserver)
    httpserver.check()  # a signature that did not verify raised in the handler


def test_a_stream_in_the_broker_becomes_one_signed_page_and_the_numbers_of_the_reference(
    tmp_path: Path, kafka_bootstrap: str, pager: Pager, records: Sequence[Sent], truth: reference.Truth
) -> None:
    place = Place(
        tmp_path,
        kafka_bootstrap,
        SETTINGS
        | {
            "kafka": {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 500, "max_poll_records": 700},
            "schedule": {"evaluate_seconds": 0.5, "deliver_seconds": 0.2},
            "sinks": [{"kind": "webhook", "name": "pager", "url": pager.url, "secrets": [SECRET]}],
        },
    )
    place.anchor()
    producer = Producer(place)
    with place.start_as_typed() as agent:
        producer.send(records)
        producer.close()
        agent.wait_until(lambda: place.taken() >= len(records), "every record saved")
        agent.wait_until(lambda: place.judged() >= outcomes(truth), "every outcome judged")
        agent.wait_until(lambda: bool(pager.pages()), "a page")
        assert agent.terminate(within_s=8) == 0
        assert "Traceback" not in agent.output

    status = place.status()
    assert counted(status) == truth.cells
    assert place.taken() == len(records)
    broken = {row["intent"]: row for row in status if row["verdict"] == "degraded"}
    assert list(broken) == [BROKEN]
    (page,) = pager.pages()
    assert page["type"] == "incident.opened"
    members = page["data"]["members"]
    assert [(member["intent"], member["slice"]) for member in members] == [(BROKEN, "")]
    assert members[0]["offline"]["value"] == 44 / 50
    # As it was when it paged: a later plan of the budget may ask for more, and later labels may speak against it.
    assert members[0]["evidence"] >= 1

    assert dead_letters(place) == expected_letters(place, records, truth)


@pytest.mark.parametrize("door", ["file", "gzip", "stdin"])
def test_the_same_stream_from_a_file_gives_the_same_numbers(
    tmp_path: Path, door: str, records: Sequence[Sent], truth: reference.Truth
) -> None:
    lines = as_lines(records)
    text = b"\n".join(lines) + (b"\n" if door == "file" else b"")
    name = {"file": "events.jsonl", "gzip": "events.jsonl.gz", "stdin": "-"}[door]
    if door != "stdin":
        (tmp_path / name).write_bytes(gzip.compress(text) if door == "gzip" else text)
    place = Place(tmp_path, settings=SETTINGS)
    place.anchor()

    words = ["run", "--once", "--input", name, "--dead-letters", "rejected.jsonl"]
    done = place.run(*words, stdin=text if door == "stdin" else b"")

    assert done.returncode == 0, done.stderr.decode()
    status = place.quick_status()
    assert counted(status) == truth.cells
    assert [row["intent"] for row in status if row["verdict"] == "degraded"] == [BROKEN]
    refused = reference.read([("prediction", line) for line in lines], SLICES, MAX_BYTES).refused
    letters = [json.loads(line) for line in (tmp_path / "rejected.jsonl").read_text().splitlines()]
    refusals = [(row["offset"], row["code"], base64.b64decode(row["value"])) for row in letters]
    assert refusals == [(number, code, lines[number]) for number, code in sorted(refused.items())]


def outcomes(truth: reference.Truth) -> int:
    """How many predictions have a label that holds."""
    return sum(counts.hits + counts.misses for cell, counts in truth.cells.items() if cell.slice is None)


Letter = tuple[str, int, int, bytes | None, bytes | None, tuple[tuple[str, bytes], ...], str]


def dead_letters(place: Place) -> Counter[Letter]:
    """What lies in the dead-letter topics: where it came from, the original, and the code."""
    letters: Counter[Letter] = Counter()
    for topic in place.topics.values():
        for record in read_all(place.bootstrap, f"{topic}.dlq"):
            about = {name: value.decode() for name, value in record.headers if is_ours(name)}
            letters[
                about["__dlq.errors.topic"],
                int(about["__dlq.errors.partition"]),
                int(about["__dlq.errors.offset"]),
                record.key,
                record.value,
                tuple(header for header in record.headers if not is_ours(header[0])),
                about["x-anchorwatch-error-code"],
            ] += 1
    return letters


def expected_letters(place: Place, records: Sequence[Sent], truth: reference.Truth) -> Counter[Letter]:
    """The refused records, each once, where the producer put them."""
    offsets: Counter[tuple[str, int]] = Counter()
    letters: Counter[Letter] = Counter()
    for number, record in enumerate(records):
        topic, offset = place.topics[record.topic], offsets[record.topic, record.partition]
        offsets[record.topic, record.partition] += 1
        if number in truth.refused:
            code = truth.refused[number]
            letters[topic, record.partition, offset, record.key, record.value, record.headers, code] += 1
    return letters


def is_ours(header: str) -> bool:
    """Whether Anchorwatch added this header."""
    return header.startswith(("__dlq.", "x-anchorwatch-"))
