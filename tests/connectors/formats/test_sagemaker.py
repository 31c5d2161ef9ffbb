"""SageMaker: data capture and ground truth, however they are encoded, join on inferenceId, else on eventId."""

import base64
import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.formats.make import decoder_of, file_decoder
from monitor.domain.events.fields import LATEST
from monitor.domain.events.mapping.fields import EventKind
from monitor.domain.events.refusals import CODES
from monitor.domain.events.types import Label, Partition, Prediction, Record
from monitor.errors import DecodeError
from monitor.settings.kafka import Kafka
from tests.contract.formats import mutant

KAFKA = Kafka.model_validate(
    {
        "topics": {
            "predictions": {
                "name": "capture",
                "format": "sagemaker",
                "map": {
                    "prediction_id": "$.id",
                    "ts": "$.time",
                    "model": {"name": "$.endpoint", "version": "$.variant"},
                    "intent": "$.output[0]",
                    "score": "$.output[1]",
                    "text": "$.input[0]",
                },
            },
            "labels": {
                "name": "truth",
                "format": "sagemaker",
                "map": {
                    "label_id": "$.id",
                    "prediction_id": "$.id",
                    "labeled_at": "$.hour",
                    "intent": "$.label[0]",
                },
            },
        }
    }
)
CAPTURED = "lake/tickets/blue/2026/11/22/13/20-15-abc.jsonl"
TRUTH = "truth/2026/11/23/09/labels.jsonl"


def part(data: str, encoding: str = "CSV", kind: str = "text/csv") -> dict[str, str]:
    return {"observedContentType": kind, "mode": "OUTPUT", "data": data, "encoding": encoding}


def captured(output: object = None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "captureData": {
            "endpointInput": part('"my money, please"'),
            "endpointOutput": part("refund,0.5") if output is None else output,
        },
        "eventMetadata": {"eventId": "e-1", "inferenceTime": "2026-11-22T13:20:15Z"},
        "eventVersion": "0",
    } | changes


def read(content: object, path: str = CAPTURED, kind: EventKind = "prediction") -> Any:  # noqa: ANN401
    decoder = file_decoder(KAFKA, kind, path)
    assert decoder is not None
    value = content if isinstance(content, bytes) else json.dumps(content).encode()
    try:
        return decoder.decode(Record(Partition(path, 0), 0, value), LATEST, [])
    except DecodeError as refused:
        return refused.code


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_capture_is_a_prediction_of_the_endpoint_and_the_variant_of_its_path() -> None:
    event = read(captured())
    assert isinstance(event, Prediction)
    assert (event.prediction_id, event.ts) == ("e-1", datetime(2026, 11, 22, 13, 20, 15, tzinfo=UTC))
    assert (event.model.name, event.model.version) == ("tickets", "blue")
    assert (event.intent, event.score, event.text) == ("refund", 0.5, "my money, please")


@pytest.mark.parametrize(
    "output",
    [
        part(base64_of("refund,0.5"), "BASE64", "text/csv; charset=utf-8"),
        part('["refund", 0.5]', "JSON", "application/json"),
        part(base64_of('["refund", 0.5]'), "BASE64", "application/json"),
        part("\nrefund,0.5\n"),
        part("\r\nrefund,0.5\r\n"),
    ],
)
def test_however_an_output_is_encoded_it_is_the_same_prediction(output: object) -> None:
    assert read(captured(output)) == read(captured())


def test_the_id_that_the_caller_gave_counts_before_that_of_sagemaker() -> None:
    metadata = {"eventId": "e-1", "inferenceId": "t-7", "inferenceTime": "2026-11-22T13:20:15Z"}
    assert read(captured(eventMetadata=metadata)).prediction_id == "t-7"


def test_ground_truth_is_a_label_of_the_hour_in_its_path() -> None:
    truth = {
        "groundTruthData": {"data": "refund", "encoding": "CSV"},
        "eventMetadata": {"eventId": "e-1"},
        "eventVersion": "0",
    }
    label = read(truth, TRUTH, "label")
    assert isinstance(label, Label)
    assert (label.label_id, label.prediction_id, label.intent) == ("e-1", "e-1", "refund")
    assert label.labeled_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert read(truth, "labels.jsonl", "label") == "path_missing"
    assert read(truth | {"groundTruthData": {"data": "a", "encoding": "?"}}, TRUTH, "label") == "not_captured"


def test_a_line_of_csv_ends_where_csv_says_and_not_within_a_text() -> None:
    text = "delete\u2028my\x85account\nnow"
    content = captured()
    content["captureData"]["endpointInput"] = part(f'"{text}"')
    assert read(content).text == text


def test_an_input_that_cannot_be_read_costs_the_text_alone() -> None:
    capture = {
        "endpointInput": part("iVBORw0KGgo=", "BASE64", "image/png"),
        "endpointOutput": part("refund,0.5"),
    }
    event = read(captured(captureData=capture))
    assert (event.intent, event.text) == ("refund", None)
    del capture["endpointInput"]
    assert read(captured(captureData=capture)) == event


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "not_json"),
        (b"[]", "not_captured"),
        ({}, "not_captured"),
        (captured(captureData={"endpointInput": part("a")}), "not_captured"),
        (captured(part("x", "TEXT")), "not_captured"),
        (captured({"encoding": "CSV"}), "not_captured"),
        (captured(part('"a', "CSV")), "not_captured"),
        (captured(part("!", "BASE64")), "not_captured"),
        (captured(part("/w==", "BASE64")), "not_captured"),
        (captured(part("{", "JSON")), "not_json"),
        (captured(part(base64_of("{"), "BASE64", "application/json")), "not_json"),
        (captured(part("/w==", "BASE64", "text/plain")), "not_json"),
        (captured(part("")), "path_missing"),
        (captured(part(",0.5")), "empty_id"),
        (captured(part("refund,0.5\nbug,0.4")), "schema_invalid"),
        (captured(part('["a\\u0000", 1]', "JSON")), "bad_character"),
        (captured(part(base64_of('["a\\u0000", 1]'), "BASE64", "application/json")), "bad_character"),
        (captured(part(base64_of("a\0"), "BASE64")), "bad_character"),
        (captured(eventMetadata={"eventId": "e-1"}), "schema_invalid"),
        (captured(eventMetadata=None), "path_missing"),
    ],
)
def test_what_is_no_capture_is_refused_by_its_code(content: object, code: str) -> None:
    assert read(content) == code


@pytest.mark.parametrize(
    ("output", "score"),
    [("refund,1", 1.0), ("refund,1.0e-1", 0.1), ("refund,high", None), ("refund,nan", None)],
)
def test_a_number_of_csv_is_one_where_the_map_wants_one_and_a_text_where_it_does_not(
    output: str, score: float | None
) -> None:
    event = read(captured(part(output)))
    assert (event.intent, event.score) == ("refund", score)
    assert read(captured(part("3.0,0.5"))).intent == "3.0"


def test_a_topic_of_captures_is_read_as_files_are_but_for_the_path() -> None:
    topic = KAFKA.topics.of_predictions
    decoder = decoder_of(KAFKA, "prediction", topic)
    assert decoder is not None
    document = decoder.document(Record(Partition("capture", 0), 0, json.dumps(captured()).encode()))
    assert (document["output"], "endpoint" in document) == (["refund", "0.5"], False)


def test_no_mutant_of_what_is_encoded_is_more_than_refused() -> None:
    rng = random.Random(5)
    for number in range(3_000):
        inner = mutant(b'["refund", 0.5]' if number % 2 else b'refund,"0.5"\n', rng)
        kind = "application/json" if number % 2 else "text/csv"
        output = part(base64.b64encode(inner).decode(), "BASE64", kind)
        result = read(captured(output))
        assert isinstance(result, Prediction) or result in CODES
