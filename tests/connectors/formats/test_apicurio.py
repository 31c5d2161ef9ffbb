"""A real schema registry: Avro and JSON Schema as its clients write them, with schemas that evolve."""

import json
import uuid
from typing import Any

import pytest

from connectors.formats.make import decoder_of
from connectors.formats.registry import SchemaRegistry, UnknownSchemaError
from monitor.domain.events.fields import LATEST
from monitor.domain.events.types import Partition, Prediction, Record
from monitor.errors import DecodeError
from monitor.settings.kafka import Kafka
from monitor.settings.topics import PredictionTopic
from tests.connectors.formats.writing import avro, framed
from tests.services.apicurio import RegistryAt

MAP = {
    "prediction_id": "$.id",
    "ts": "$.at",
    "model": {"name": {"const": "tickets"}, "version": "$.release"},
    "intent": "$.intent",
    "slices": {"channel": "$.channel"},
}
AT = 1_795_352_400_000


def schema(intent: dict[str, Any], *more: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "record",
        "name": "Prediction",
        "namespace": "ml",
        "fields": [
            {"name": "id", "type": "string"},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "release", "type": "string"},
            intent,
            *more,
        ],
    }


def symbols(name: str, *names: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": name, "type": {"type": "enum", "name": "Intent", "symbols": [*names], **more}}


FIRST = schema(symbols("label", "refund", "other", default="other"))
SECOND = schema(
    {**symbols("intent", "refund", "other", default="other"), "aliases": ["label"]},
    {"name": "channel", "type": "string", "default": "email"},
)
THIRD = schema(
    {**symbols("intent", "refund", "other", "erasure", default="other"), "aliases": ["label"]},
    {"name": "channel", "type": "string", "default": "email"},
)


def topic(name: str, **more: object) -> PredictionTopic:
    return PredictionTopic.model_validate({"name": name, "format": "avro", "map": MAP, **more})


def json_schema(title: str) -> dict[str, str]:
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, "type": "object"}


def decoded(apicurio: RegistryAt, of: PredictionTopic, value: bytes) -> Prediction:
    kafka = Kafka.model_validate({"schema_registry": {"url": apicurio.url}})
    decoder = decoder_of(kafka, "prediction", of)
    assert decoder is not None
    event = decoder.decode(Record(Partition(of.name, 0), 0, value), LATEST, [])
    assert isinstance(event, Prediction)
    return event


def test_each_version_of_a_schema_is_read_as_the_one_that_the_topic_pins(apicurio: RegistryAt) -> None:
    name = uuid.uuid4().hex
    first, second, third = (apicurio.register(f"{name}-value", each) for each in (FIRST, SECOND, THIRD))
    base = {"id": "p1", "at": AT, "release": "7"}
    values = [
        framed(first, avro(FIRST, {**base, "label": "refund"})),
        framed(second, avro(SECOND, {**base, "intent": "refund", "channel": "chat"})),
        framed(third, avro(THIRD, {**base, "intent": "erasure", "channel": "chat"})),
    ]
    pinned = [decoded(apicurio, topic(name, reader={"version": 2}), value) for value in values]
    assert [(event.intent, event.slices) for event in pinned] == [
        ("refund", {"channel": "email"}),
        ("refund", {"channel": "chat"}),
        ("other", {"channel": "chat"}),
    ]
    assert decoded(apicurio, topic(name), values[2]).intent == "erasure"
    with pytest.raises(DecodeError) as refused:
        decoded(apicurio, topic(name), values[0])
    assert refused.value.code == "path_missing"


def test_an_id_that_the_registry_does_not_know_and_one_of_another_kind_have_their_codes(
    apicurio: RegistryAt,
) -> None:
    name = uuid.uuid4().hex
    number = apicurio.register(f"{name}-value", json_schema(name), "JSON")
    codes = []
    for each in (99_999_999, number):
        with pytest.raises(DecodeError) as refused:
            decoded(apicurio, topic(name), framed(each, b"\0"))
        codes.append(refused.value.code)
    assert codes == ["unknown_schema", "schema_unusable"]


def test_json_of_a_schema_is_read_by_its_map(apicurio: RegistryAt) -> None:
    name = uuid.uuid4().hex
    number = apicurio.register(f"{name}-value", json_schema(name), "JSON")
    record = {"id": "p1", "at": "2026-11-22T13:00:00Z", "release": 7, "intent": "refund", "channel": "chat"}
    of = PredictionTopic.model_validate({"name": name, "format": "json-schema", "map": MAP})
    event = decoded(apicurio, of, framed(number, json.dumps(record).encode()))
    assert (event.prediction_id, event.intent, event.model.version) == ("p1", "refund", "7")


def test_a_schema_that_names_another_is_read_with_it(apicurio: RegistryAt) -> None:
    name = uuid.uuid4().hex
    inner = {"type": "enum", "name": f"I{name}", "namespace": "ml", "symbols": ["refund"]}
    apicurio.register(f"{name}-intent", inner)
    outer = schema({"name": "intent", "type": f"ml.I{name}"})
    reference = {"name": f"ml.I{name}", "subject": f"{name}-intent", "version": 1}
    number = apicurio.register(f"{name}-value", outer, references=[reference])
    plain = schema({"name": "intent", "type": inner})
    value = framed(number, avro(plain, {"id": "p1", "at": AT, "release": "7", "intent": "refund"}))
    assert decoded(apicurio, topic(name), value).intent == "refund"


def test_the_registry_answers_the_doctor_and_knows_no_other_version(apicurio: RegistryAt) -> None:
    registry = SchemaRegistry(apicurio.url)
    registry.ping()
    with pytest.raises(UnknownSchemaError):
        registry.version(uuid.uuid4().hex, 1)
    registry.close()
