"""KServe: a response is a prediction for each ticket of its batch, by either protocol; its request is passed over."""

import base64
import json
import random
import tracemalloc
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from cloudevents.core.bindings import kafka as sdk
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from connectors.formats.make import decoder_of, file_decoder
from monitor.domain.events.fields import LATEST
from monitor.domain.events.refusals import CODES
from monitor.domain.events.types import Partition, Prediction, Record
from monitor.errors import DecodeError
from monitor.ingest.ports import MappedDecoder
from monitor.settings.kafka import Kafka
from monitor.settings.topics import PredictionTopic
from tests.contract.formats import mutant
from tests.fakes.source import FakeSource
from tests.ingest.agents import PREDICTIONS, Agent

MODES = {"structured": sdk.to_structured, "binary": sdk.to_binary}
MAP = {
    "prediction_id": "$.prediction_id",
    "ts": "$.time",
    "model": {"name": "$.inferenceservicename", "version": {"path": "$.data.model_version", "default": "7"}},
    "intent": "$.prediction",
    "slices": {"channel": "$.metadata.X-Channel[0]"},
}
MAP_2 = MAP | {"intent": "$.output.label", "score": "$.output.probability"}
RESPONSE, REQUEST = "org.kubeflow.serving.inference.response", "org.kubeflow.serving.inference.request"
ATTRIBUTES = {
    "id": "r1",
    "source": "http://localhost:9081/",
    "type": RESPONSE,
    "time": datetime(2026, 11, 22, 13, tzinfo=UTC),
    "inferenceservicename": "tickets",
    "namespace": "default",
    "component": "predictor",
    "endpoint": "default",
    "metadata": '{"X-Channel":["email"]}',
    # The logger gives the response the content type of the request, and this is what curl says of any.
    "datacontenttype": "application/x-www-form-urlencoded",
}


def decoder(mapping: Mapping[str, Any]) -> MappedDecoder:
    topic = PredictionTopic.model_validate({"name": "kserve", "format": "kserve", "map": mapping})
    made = decoder_of(Kafka(), "prediction", topic)
    assert made is not None
    return made


def written(data: object, mode: str = "binary", **changes: Any) -> Record:  # noqa: ANN401
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    message = MODES[mode](CloudEvent(ATTRIBUTES | changes, body), JSONFormat())
    return Record(Partition("kserve", 0), 0, message.value, headers=tuple(message.headers.items()))


def read(record: Record, mapping: Mapping[str, Any] = MAP) -> list[Any] | str:
    try:
        events = decoder(mapping).decode(record, LATEST, [])
    except DecodeError as refused:
        return refused.code
    assert isinstance(events, list)
    return events


def answers(record: Record, mapping: Mapping[str, Any] = MAP) -> list[tuple[str, str, float | None]] | str:
    events = read(record, mapping)
    return (
        events
        if isinstance(events, str)
        else [(each.prediction_id, each.intent, each.score) for each in events]
    )


def output(name: str, data: object, shape: list[int], kind: str = "BYTES") -> dict[str, Any]:
    return {"name": name, "datatype": kind, "shape": shape, "data": data}


@pytest.mark.parametrize("mode", MODES)
def test_each_ticket_of_a_batch_is_a_prediction_under_the_id_of_the_response_and_its_place(mode: str) -> None:
    events = read(written({"predictions": ["refund", 3, None]}, mode))
    assert isinstance(events, list)
    first, second, third = events
    assert [each.prediction_id for each in events] == ["r1#0", "r1#1", "r1#2"]
    assert (first.intent, second.intent, third.intent) == ("refund", "3", "")
    assert (first.ts, first.model.name) == (ATTRIBUTES["time"], "tickets")
    assert (first.model.version, first.slices) == ("7", {"channel": "email"})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "label",
    [
        output("label", ["refund", "bug"], [2]),
        output("label", ["refund", "bug"], [2, 1]),
        output("label", [["refund"], ["bug"]], [2, 1]),
    ],
)
def test_tensors_are_taken_apart_by_their_first_dimension(mode: str, label: object) -> None:
    scores = output("probability", [0.9, 0.5], [2], "FP32")
    response = {"model_name": "tickets", "model_version": "8", "id": "x", "outputs": [label, scores]}
    record = written(response, mode)
    assert answers(record, MAP_2) == [("r1#0", "refund", 0.9), ("r1#1", "bug", 0.5)]
    events = read(record, MAP_2)
    assert {each.model.version for each in events if isinstance(each, Prediction)} == {"8"}


@pytest.mark.parametrize("data", [[0.1, 0.9, 0.8, 0.2], [[0.1, 0.9], [0.8, 0.2]]])
def test_a_row_of_a_matrix_is_a_list(data: object) -> None:
    names = output("names", ["bug", "refund", "bug", "refund"], [2, 2])
    outputs = [output("label", ["refund", "bug"], [2]), names, output("p", data, [2, 2], "FP32")]
    mapping = MAP_2 | {
        "score": "$.output.p[1]",
        "scores": {"names": "$.output.names", "scores": "$.output.p"},
    }
    events = read(written({"outputs": outputs}), mapping)
    assert [(each.score, each.scores) for each in events if isinstance(each, Prediction)] == [
        (0.9, {"bug": 0.1, "refund": 0.9}),
        (0.2, {"bug": 0.8, "refund": 0.2}),
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("data", [{"instances": ["my money"]}, b"instances=my+money", b""])
def test_a_request_holds_no_prediction_whatever_is_in_it(mode: str, data: object) -> None:
    assert read(written(data, mode, type=REQUEST)) == []


def test_the_time_is_read_to_the_nanosecond_that_the_logger_writes() -> None:
    of = written({"predictions": ["refund"]})
    headers = {**dict(of.headers), "ce_time": b"2023-04-05T07:39:53.505997782Z"}
    events = read(Record(of.partition, 0, of.value, headers=tuple(headers.items())))
    assert isinstance(events, list)
    assert events[0].ts == datetime(2023, 4, 5, 7, 39, 53, 505998, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "not_inference"),
        ([], "not_inference"),
        ({"predictions": {}}, "not_inference"),
        ({"outputs": []}, "not_inference"),
        ({"outputs": [3]}, "not_inference"),
        ({"outputs": [output("label", ["a"], [2])]}, "not_inference"),
        ({"outputs": [output("label", [], [0])]}, "not_inference"),
        ({"outputs": [output("label", [], [10**9, 0])]}, "not_inference"),
        ({"outputs": [{"name": "label", "shape": [1], "datatype": "BYTES"}]}, "not_inference"),
        ({"outputs": [output("label", ["a"], [1]), output("p", [1, 2], [2])]}, "not_inference"),
        ({"outputs": [output("label", ["a"], [1])] * 2}, "not_inference"),
        ({"predictions": ["a"] * 10_001}, "not_inference"),
        (b"{", "not_json"),
        ({"predictions": ["refund", ["bug"]]}, "schema_invalid"),
        ({"predictions": ["refund", "a\0"]}, "bad_character"),
        ({"error": "no model"}, "not_inference"),
    ],
)
def test_a_response_that_is_none_is_refused_as_a_whole(data: object, code: str) -> None:
    assert read(written(data)) == code
    assert read(written(data, "structured")) == code


def test_an_empty_batch_is_passed_over() -> None:
    assert read(written({"predictions": []})) == []


def test_what_headers_hold_is_checked_as_all_is() -> None:
    sound = {"predictions": ["refund"]}
    assert read(written(sound, type="org.example.other")) == "not_cloudevent"
    assert read(written(sound, metadata="{")) == "not_json"
    assert read(written(sound, metadata='{"X-Channel":["a\\u0000"]}')) == "bad_character"
    assert read(written(sound, metadata='{"X-Channel":["a\\ud800"]}')) == "bad_character"


def test_data_that_a_broker_made_a_text_or_base64_are_the_same() -> None:
    envelope = {**ATTRIBUTES, "time": "2026-11-22T13:00:00Z", "specversion": "1.0"}
    body = '{"predictions": ["refund"]}'
    coded = base64.b64encode(body.encode()).decode()
    records = [
        Record(Partition("kserve", 0), 0, json.dumps(envelope | data).encode())
        for data in (
            {"data": body},
            {"data_base64": coded},
            {"data": json.loads(body)},
        )
    ]
    assert {str(answers(record)) for record in records} == {"[('r1#0', 'refund', None)]"}


def test_responses_of_two_sources_with_one_id_are_told_apart_by_a_map_of_both() -> None:
    both = {"join": ["$.source", "$.prediction_id"], "between": " "}
    ids = [
        read(written({"predictions": ["refund"]}, source=source), MAP | {"prediction_id": both})[
            0
        ].prediction_id  # type: ignore[union-attr]
        for source in ("http://a/", "http://b/")
    ]
    assert ids == ["http://a/ r1#0", "http://b/ r1#0"]


def test_what_an_event_has_beside_its_tickets_is_held_once() -> None:
    data = json.dumps({"predictions": ["refund"] * 2_000}).encode()
    extensions = ((f"ce_k{number}", b"1") for number in range(2_000))
    record = written(data)
    record = msgspec.structs.replace(record, headers=(*record.headers, *extensions))
    tracemalloc.start()
    try:
        assert len(read(record)) == 2_000
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 << 20  # with a copy for each ticket it is 100 MiB


def test_an_agent_counts_each_ticket_passes_requests_over_and_sends_one_letter_for_a_response() -> None:
    source = FakeSource(PREDICTIONS)
    batch = {"predictions": ["refund", "bug"]}
    other = {"predictions": ["bug", "refund"]}
    for data, changes in (
        (batch, {"type": REQUEST}),
        (batch, {}),
        (batch, {}),
        (other, {}),  # the same ids, and other answers
        ({"predictions": ["bug", []]}, {"id": "r2"}),
    ):
        record = written(data, **changes)
        source.put(PREDICTIONS, record.value, headers=record.headers)
    agent = Agent(source, decoders={PREDICTIONS.topic: decoder(MAP)}).joined()
    taken = agent.step()

    assert (taken.new, taken.seen_before, taken.passed_over, taken.rejected) == (2, 2, 1, 3)
    assert agent.database.counts == {
        ("predictions", "no_event"): 1,
        ("predictions", "prediction"): 2,
        ("predictions", "prediction_repeat"): 2,
        ("predictions", "rejected:conflict"): 2,
        ("predictions", "rejected:schema_invalid"): 1,
    }
    assert [(letter.record.offset, letter.code) for letter in agent.letters.published] == [
        (3, "conflict"),
        (4, "schema_invalid"),
    ]
    assert sorted(agent.database.predictions) == ["r1#0", "r1#1"]
    assert agent.database.positions[PREDICTIONS].next_offset == 5


def test_a_response_that_the_database_refuses_is_one_refusal_however_many_tickets_it_has() -> None:
    source = FakeSource(PREDICTIONS)
    for number, size in (("r1", 3), ("r2", 1)):
        record = written({"predictions": ["refund"] * size}, id=number)
        source.put(PREDICTIONS, record.value, headers=record.headers)
    agent = Agent(source, decoders={PREDICTIONS.topic: decoder(MAP)}).joined()
    agent.store.refuses = {"r1#1"}
    agent.step()
    assert [(letter.record.offset, letter.code) for letter in agent.letters.published] == [(0, "unstorable")]
    assert agent.database.counts["predictions", "rejected:unstorable"] == 1
    assert sorted(agent.database.predictions) == ["r2#0"]


def test_a_file_of_structured_events_is_read_as_the_topic_is() -> None:
    topic = {"name": "kserve", "format": "kserve", "map": MAP}
    made = file_decoder(Kafka.model_validate({"topics": {"predictions": topic}}), "prediction", "a.jsonl")
    assert made is not None
    events = made.decode(written({"predictions": ["refund"]}, "structured"), LATEST, [])
    assert isinstance(events, list)
    assert len(events) == 1


def test_no_mutant_of_a_response_is_more_than_refused() -> None:
    rng, by = random.Random(3), decoder(MAP_2 | {"intent": {"path": "$.output.label", "default": "none"}})
    outputs = [output("label", ["refund", "bug"], [2]), output("p", [[0.1, 0.9], [0.8, 0.2]], [2, 2], "FP32")]
    sound = [written({"outputs": outputs}, mode) for mode in MODES] + [written({"predictions": ["a", "b"]})]
    for number in range(4_000):
        of = sound[number % 3]
        headers = tuple(
            (name, mutant(value, rng) if rng.random() < 0.1 else value) for name, value in of.headers
        )
        try:
            by.decode(Record(of.partition, 0, mutant(of.value or b"", rng), headers=headers), LATEST, [])
        except DecodeError as refused:
            assert refused.code in CODES  # noqa: PT017
