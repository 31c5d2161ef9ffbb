"""CloudEvents: what the SDK writes is what we read, in both modes of the Kafka binding; what is none is refused."""

import base64
import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cloudevents.core.bindings import kafka as sdk
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats.cloudevents import MappedCloudEvents, cloud_event
from connectors.formats.make import decoder_of, file_decoder
from monitor.domain.events.fields import LATEST
from monitor.domain.events.refusals import CODES
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Partition, Prediction, Record
from monitor.errors import DecodeError
from monitor.settings.kafka import Kafka
from monitor.settings.topics import LabelTopic, PredictionTopic
from tests.contract.formats import mutant
from tests.domain.events.records import PREDICTION

MODES = {"structured": sdk.to_structured, "binary": sdk.to_binary}
TOPIC = PredictionTopic.model_validate(
    {
        "name": "ml.events",
        "format": "cloudevents",
        "map": {
            "prediction_id": "$.id",
            "ts": "$.time",
            "model": {"name": "$.subject", "version": "$.release"},
            "intent": "$.data.label",
            "score": "$.data.p",
            "slices": {"region": "$.region", "channel": "$.data.channel"},
            "text": "$.data.text",
        },
    }
)
ATTRIBUTES: dict[str, Any] = {
    "id": "p1",
    "source": "/models/tickets",
    "type": "com.example.predicted",
    "time": datetime(2026, 11, 22, 13, tzinfo=UTC),
    "subject": "tickets",
    "release": "7",
    "region": "eu",
    "datacontenttype": "application/json",
}
DATA = {"label": "refund", "p": 0.5, "channel": "email", "text": "my money, please"}
HEADERS = {
    "ce_specversion": b"1.0",
    "ce_id": b"p1",
    "ce_source": b"/models/tickets",
    "ce_type": b"com.example.predicted",
    "ce_time": b"2026-11-22T13:00:00Z",
    "ce_subject": b"tickets",
    "ce_release": b"7",
}


def decoder() -> MappedCloudEvents:
    made = decoder_of(Kafka(), "prediction", TOPIC)
    assert isinstance(made, MappedCloudEvents)
    return made


def record(value: bytes, headers: Mapping[str, bytes] | None = None) -> Record:
    return Record(Partition("ml.events", 0), 0, value, headers=tuple((headers or {}).items()))


def written(mode: str, attributes: Mapping[str, Any], data: object) -> Record:
    message = MODES[mode](CloudEvent(dict(attributes), data), JSONFormat())  # type: ignore[arg-type]
    return record(message.value, message.headers)


def read(given: Record, by: MappedCloudEvents | None = None) -> Prediction | str:
    try:
        event = (by or decoder()).decode(given, LATEST, [])
    except DecodeError as refused:
        return refused.code
    assert isinstance(event, Prediction)
    return event


@pytest.mark.parametrize("mode", MODES)
def test_attributes_extensions_and_data_of_an_event_are_reached_by_the_map(mode: str) -> None:
    event = read(written(mode, ATTRIBUTES, DATA))

    assert isinstance(event, Prediction)
    assert (event.prediction_id, event.ts) == ("p1", datetime(2026, 11, 22, 13, tzinfo=UTC))
    assert (event.model.name, event.model.version) == ("tickets", "7")
    assert (event.intent, event.score, event.text) == ("refund", 0.5, "my money, please")
    assert event.slices == {"region": "eu", "channel": "email"}


def test_the_same_event_is_the_same_prediction_in_both_modes() -> None:
    assert read(written("binary", ATTRIBUTES, DATA)) == read(written("structured", ATTRIBUTES, DATA))


@pytest.mark.parametrize("mode", MODES)
def test_bytes_of_json_are_read_as_the_json_they_are(mode: str) -> None:
    assert read(written(mode, ATTRIBUTES, json.dumps(DATA).encode())) == read(written(mode, ATTRIBUTES, DATA))


NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8).filter(
    lambda name: name not in {"data", "id", "source", "type", "time", "subject", "specversion"}
)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
EVENTS = st.tuples(
    st.fixed_dictionaries(
        {
            "id": WORDS,
            "source": WORDS,
            "type": WORDS,
            "time": st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5)))),
        }
    ),
    st.dictionaries(NAMES, WORDS, max_size=3),
    st.none() | st.dictionaries(WORDS, st.none() | st.booleans() | st.integers(-9, 9) | WORDS, max_size=3),
)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_any_event_that_the_sdk_writes_is_read_as_the_sdk_reads_it(mode: str, given: Any) -> None:  # noqa: ANN401
    attributes, extensions, data = given
    message = MODES[mode](CloudEvent({**extensions, **attributes}, data), JSONFormat())
    theirs = sdk.from_kafka(message, JSONFormat())

    ours = dict(cloud_event(record(message.value, message.headers)).envelope)

    assert ours.pop("data", None) == theirs.get_data()
    assert datetime.fromisoformat(ours.pop("time")) == theirs.get_time()
    assert ours == {name: value for name, value in theirs.get_attributes().items() if name != "time"}


@pytest.mark.parametrize(
    ("value", "headers", "code"),
    [
        (b"{}", {"content-type": b"application/cloudevents-batch+json; charset=utf-8"}, "batch_of_events"),
        (b"[{}]", {"content-type": b"application/cloudevents+json"}, "batch_of_events"),
        (b"[]", {}, "batch_of_events"),
        (b"\0", {"content-type": b"application/cloudevents+avro"}, "not_cloudevent"),
        (b'"text"', {}, "not_cloudevent"),
        (json.dumps(PREDICTION).encode(), {}, "not_cloudevent"),
        (b"{}", {name: said for name, said in HEADERS.items() if name != "ce_source"}, "not_cloudevent"),
        (b"{}", HEADERS | {"ce_specversion": b"0.3"}, "not_cloudevent"),
        (b"{}", HEADERS | {"ce_id": b"\xff"}, "not_cloudevent"),
        (b"{}", HEADERS | {"content-type": b"application/x-protobuf"}, "not_cloudevent"),
        (b"{", HEADERS, "not_json"),
        (b"\xff", HEADERS | {"content-type": b"text/plain"}, "not_json"),
        (b"", HEADERS, "path_missing"),
        (b'{"label": "refund"}', HEADERS | {"ce_id": b"p\0"}, "bad_character"),
    ],
)
def test_what_is_no_event_is_refused_by_its_code(
    value: bytes, headers: Mapping[str, bytes], code: str
) -> None:
    assert read(record(value, headers)) == code


@pytest.mark.parametrize(
    ("coded", "code"),
    [
        ("!", "not_cloudevent"),
        (3, "not_cloudevent"),
        (base64.b64encode(b"{").decode(), "not_json"),
        (base64.b64encode(b'{"label": "a\\u0000"}').decode(), "bad_character"),
    ],
)
def test_data_in_base64_are_checked_as_all_are(coded: object, code: str) -> None:
    event = {**ATTRIBUTES, "time": "2026-11-22T13:00:00Z", "specversion": "1.0", "data_base64": coded}
    assert read(record(json.dumps(event).encode())) == code


def test_a_text_is_data_too() -> None:
    given = TOPIC.model_dump()
    given["map"] |= {"intent": "$.data", "score": None}
    made = decoder_of(Kafka(), "prediction", PredictionTopic.model_validate(given))
    assert isinstance(made, MappedCloudEvents)
    event = read(record(b"refund", HEADERS | {"content-type": b"text/plain"}), made)
    assert isinstance(event, Prediction)
    assert event.intent == "refund"


def test_what_python_writes_for_no_number_costs_the_score_alone_in_both_modes() -> None:
    for nan in (
        record(b'{"label": "refund", "p": NaN}', HEADERS),
        record(
            b'{"specversion":"1.0","id":"p1","source":"s","type":"t","time":"2026-11-22T13:00:00Z",'
            b'"subject":"tickets","release":"7","data":{"label":"refund","p":NaN}}'
        ),
    ):
        mends: list[Mend] = []
        event = decoder().decode(nan, LATEST, mends)
        assert isinstance(event, Prediction)
        assert (event.intent, event.score, mends) == ("refund", None, [Mend.SCORE_DROPPED])


def test_without_a_map_the_data_are_an_event_of_ours() -> None:
    topics = {"labels": LabelTopic(name="truth", format="cloudevents")}
    of_files = file_decoder(Kafka.model_validate({"topics": topics}), "label", "truth.jsonl")
    assert of_files is not None
    label = {"label_id": "l1", "prediction_id": "p1", "intent": "bug", "labeled_at": "2026-11-23T13:00:00Z"}
    event = of_files.decode(written("structured", ATTRIBUTES, label), LATEST, [])
    assert isinstance(event, Label)
    assert (event.label_id, event.intent) == ("l1", "bug")


def test_no_mutant_of_headers_and_value_is_more_than_refused() -> None:
    rng, by = random.Random(3), decoder()
    sound = [written(mode, ATTRIBUTES, DATA) for mode in MODES]
    for number in range(4_000):
        of = sound[number % 2]
        headers = tuple((name, mutant(value, rng)) for name, value in of.headers)
        given = Record(of.partition, 0, mutant(of.value or b"", rng), headers=headers)
        result = read(given, by)
        assert isinstance(result, Prediction) or result in CODES
