"""CloudEvents from their SDK, and KServe's pairs, through a broker: both modes are read, a batch is a dead letter."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from cloudevents.core.bindings import kafka as sdk
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from connectors.kafka.embedded import EmbeddedBroker
from tests.e2e.agent import Place
from tests.services.kafka_tools import produce, read_all

MODEL = {"name": {"const": "tickets"}, "version": {"const": "7"}}
AT = datetime(2026, 11, 22, 13, tzinfo=UTC)
MODES = (sdk.to_structured, sdk.to_binary)


def place_of(folder: Path, broker: EmbeddedBroker, topic: Mapping[str, Any]) -> Place:
    made = Place(folder, broker.bootstrap)
    content = yaml.safe_load(made.config.read_text())
    content["kafka"]["topics"]["predictions"] = {"name": made.topics["predictions"], **topic}
    made.config.write_text(yaml.safe_dump(content))
    return made


def rows_of(messages: list[sdk.KafkaMessage]) -> list[dict[str, Any]]:
    return [{"value": each.value, "headers": list(each.headers.items())} for each in messages]


@pytest.fixture
def events(tmp_path: Path, embedded_broker: EmbeddedBroker) -> Place:
    paths = {"prediction_id": "$.id", "ts": "$.time", "model": MODEL, "intent": "$.data.label"}
    return place_of(tmp_path, embedded_broker, {"format": "cloudevents", "map": paths})


def test_what_the_sdk_sends_is_counted_and_a_batch_lies_among_the_dead_letters_as_it_came(
    events: Place,
) -> None:
    topic = events.topics["predictions"]
    sent = []
    for number in range(20):
        attributes = {"id": f"e{number}", "source": "/models", "type": "com.example.predicted", "time": AT}
        sent.append(MODES[number % 2](CloudEvent(attributes, {"label": "refund"}), JSONFormat()))
    batch = sdk.KafkaMessage({"content-type": b"application/cloudevents-batch+json"}, None, b"[{}, {}]")
    produce(events.bootstrap, topic, 0, rows_of([*sent, batch]))

    said = events.run("run", "--once").stderr.decode()

    assert "21 records read: 20 new, 0 seen before, 1 rejected" in said
    (letter,) = read_all(events.bootstrap, f"{topic}.dlq")
    headers = dict(letter.headers)
    assert (letter.value, headers["content-type"]) == (batch.value, batch.headers["content-type"])
    assert headers["x-anchorwatch-error-code"] == b"batch_of_events"


@pytest.fixture
def answers(tmp_path: Path, embedded_broker: EmbeddedBroker) -> Place:
    paths = {"prediction_id": "$.prediction_id", "ts": "$.time", "model": MODEL, "intent": "$.prediction"}
    return place_of(tmp_path, embedded_broker, {"format": "kserve", "map": paths})


def test_a_label_finds_each_ticket_of_a_response_by_its_place_in_the_batch(answers: Place) -> None:
    data = {"request": {"instances": ["a", "b", "c"]}, "response": {"predictions": ["refund", "bug", "bug"]}}
    sent = [
        sdk.to_binary(
            CloudEvent(
                {
                    "id": "r1",
                    "source": "http://localhost:9081/",
                    "type": f"org.kubeflow.serving.inference.{half}",
                    "time": AT,
                    "inferenceservicename": "tickets",
                },
                data[half],
            ),
            JSONFormat(),
        )
        for half in ("response", "request")  # in any order
    ]
    produce(answers.bootstrap, answers.topics["predictions"], 0, rows_of(sent))
    label = {
        "label_id": "l1",
        "prediction_id": "r1#2",
        "intent": "refund",
        "labeled_at": "2026-11-22T14:00:00Z",
        "sampling": {"design": "uniform", "probability": 0.5},
    }
    produce(answers.bootstrap, answers.topics["labels"], 0, [{"value": json.dumps(label).encode()}])

    said = answers.run("run", "--once").stderr.decode()

    assert "5 records read: 4 new, 0 seen before, 1 passed over, 0 rejected" in said
    (row,) = [row for row in answers.status() if row["intent"] == "refund"]
    assert (row["live"]["hits"], row["live"]["misses"], row["misses_to"]) == (0, 1, {"bug": 1})
