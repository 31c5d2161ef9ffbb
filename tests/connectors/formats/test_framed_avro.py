"""Avro in the frame of a registry: each refusal with its code, evolution by a pinned version, and a registry away."""

import json
import random
from datetime import UTC, datetime
from decimal import Decimal
from time import process_time
from typing import Any
from uuid import UUID

import pytest

from connectors.formats.avro import FramedAvro, Pinned, subject_namer
from connectors.formats.avro_reading import read_avro
from connectors.formats.avro_schemas import parsed_schema
from connectors.formats.registry import Reference, RegisteredSchema
from monitor.domain.events.fields import LATEST
from monitor.domain.events.mapping.identity import IDENTITY
from monitor.domain.events.types import Partition, Record
from monitor.errors import DecodeError
from tests.connectors.formats.writing import AVRO_PREDICTION, FakeRegistry, as_avro, avro, framed, registered
from tests.contract.formats import mutant
from tests.domain.events.records import PREDICTION
from tests.ingest.agents import PREDICTIONS, Agent, filled

SOUND = framed(7, as_avro(PREDICTION))


def record(value: bytes) -> Record:
    return Record(Partition("ml", 0), 0, value)


def decoder(registry: FakeRegistry, pinned: Pinned | None = None) -> FramedAvro:
    return FramedAvro(IDENTITY["prediction"], registry, pinned)  # type: ignore[arg-type]


def code(value: bytes, schema: RegisteredSchema | None = None) -> str:
    schemas = {7: schema or registered(AVRO_PREDICTION)}
    with pytest.raises(DecodeError) as refused:
        decoder(FakeRegistry(schemas)).decode(record(value), LATEST, [])
    return refused.value.code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", "not_framed"),
        (b"\0\0\0\0", "not_framed"),
        (b"{}", "not_framed"),
        (b"\1" + SOUND[1:], "not_framed"),
        (framed(8, as_avro(PREDICTION)), "unknown_schema"),
        (framed(7, b""), "not_avro"),
        (SOUND[:-1], "not_avro"),
        (SOUND + b"\0", "not_avro"),
    ],
)
def test_bytes_that_are_no_such_record_have_their_code(value: bytes, expected: str) -> None:
    assert code(value) == expected


NODE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}
EMPTY = {"type": "record", "name": "Empty", "fields": []}


@pytest.mark.parametrize(
    "schema",
    [
        registered({"type": "object"}, "JSON"),
        RegisteredSchema("AVRO", "{"),
        registered(5),
        registered({"type": "record"}),
        registered("ml.Unknown"),
        registered(NODE),
        registered({"type": "array", "items": NODE}),
        registered({"type": "array", "items": "null"}),
        registered({"type": "map", "values": {"type": "array", "items": EMPTY}}),
    ],
)
def test_records_of_a_schema_that_can_not_be_read_with_are_refused(schema: RegisteredSchema) -> None:
    """Of one that holds itself fastavro would run out of its stack, which ends the process."""
    assert code(framed(7, b"\x02" * 900_000), schema) == "schema_unusable"


def test_logical_types_are_what_they_stand_for() -> None:
    fields = {
        "millis": ({"type": "long", "logicalType": "timestamp-millis"}, datetime(2026, 11, 22, tzinfo=UTC)),
        "micros": ({"type": "long", "logicalType": "timestamp-micros"}, datetime(2026, 11, 22, tzinfo=UTC)),
        "uuid": ({"type": "string", "logicalType": "uuid"}, UUID(int=5)),
        "decimal": (
            {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2},
            Decimal("0.87"),
        ),
        "enum": ({"type": "enum", "name": "E", "symbols": ["refund"]}, "refund"),
        "union": (["null", "string"], None),
    }
    schema = {
        "type": "record",
        "name": "R",
        "fields": [{"name": name, "type": kind} for name, (kind, _) in fields.items()],
    }
    values = {name: value for name, (_, value) in fields.items()}
    assert read_avro(avro(schema, values), parsed_schema(json.dumps(schema))) == values


def test_a_time_beyond_all_years_has_the_code_of_such_times() -> None:
    schema = {"type": "long", "logicalType": "timestamp-millis"}
    with pytest.raises(DecodeError) as refused:
        read_avro(avro("long", 2**62), parsed_schema(json.dumps(schema)))
    assert refused.value.code == "time_out_of_range"


def doubled(deep: int, leaf: str) -> dict[str, Any]:
    """A type that holds another twice, once by name, which does so itself."""
    kind: dict[str, Any] = {"type": "record", "name": "R0", "fields": [{"name": "a", "type": leaf}]}
    for number in range(1, deep + 1):
        fields = [{"name": "a", "type": kind}, {"name": "b", "type": f"R{number - 1}"}]
        kind = {"type": "record", "name": f"R{number}", "fields": fields}
    return kind


def test_a_short_schema_of_endlessly_many_types_is_refused_at_once() -> None:
    assert parsed_schema(json.dumps(doubled(8, "null")))
    began = process_time()
    for schema in (doubled(40, "null"), {"type": "array", "items": doubled(40, "null")}, doubled(40, "int")):
        assert code(framed(7, b""), registered(schema)) == "schema_unusable"
    assert process_time() - began < 1


def test_a_type_that_holds_itself_in_a_list_is_refused() -> None:
    kind = {"type": "record", "name": "N", "fields": [{"name": "n", "type": "N"}]}
    assert code(framed(7, b""), registered({"type": "array", "items": kind})) == "schema_unusable"


def decimals(precision: int, scale: int) -> Any:  # noqa: ANN401
    kind = {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
    return parsed_schema(json.dumps(kind))


def test_a_decimal_of_more_digits_than_anything_has_is_refused_at_once() -> None:
    assert read_avro(avro("bytes", b"\x7f" * 64), decimals(3, 2)) == Decimal("6.68e151")
    for length in (65, 450_000):  # the second is beyond what a decimal can be, after seconds
        began = process_time()
        with pytest.raises(DecodeError) as refused:
            read_avro(avro("bytes", b"\x7f" * length), decimals(3, 2))
        assert refused.value.code == "not_avro"
        assert process_time() - began < 1


@pytest.mark.parametrize("schema", [decimals(4, 2), decimals(30, 30), decimals(10**9, 10**8)])
def test_no_mutant_of_a_decimal_is_more_than_refused(schema: Any) -> None:  # noqa: ANN401
    sound, rng, codes = avro("bytes", b"\x7f" * 12), random.Random(3), set()
    for _ in range(2_000):
        try:
            read_avro(mutant(sound, rng), schema)
        except DecodeError as refused:
            codes.add(refused.code)
    assert codes == {"not_avro"}


FIRST: dict[str, Any] = {
    "type": "record",
    "name": "P",
    "namespace": "ml",
    "fields": [
        {"name": "label", "type": {"type": "enum", "name": "L", "symbols": ["refund"]}},
    ],
}
SECOND: dict[str, Any] = {
    "type": "record",
    "name": "P",
    "namespace": "ml",
    "fields": [
        {
            "name": "intent",
            "aliases": ["label"],
            "type": {
                "type": "enum",
                "name": "L",
                "symbols": ["refund", "cancel", "other"],
                "default": "other",
            },
        },
        {"name": "channel", "type": "string", "default": "email"},
    ],
}


@pytest.mark.parametrize(
    ("naming", "subject"), [("topic", "t-value"), ("record", "ml.P"), ("topic_record", "t-ml.P")]
)
def test_records_of_before_are_read_as_the_pinned_version_has_them(naming: str, subject: str) -> None:
    registry = FakeRegistry({1: registered(FIRST), 2: registered(SECOND)})
    registry.versions[subject, 2] = registered(SECOND)
    pinned = decoder(registry, Pinned(2, subject_namer("t", naming)))
    old = record(framed(1, avro(FIRST, {"label": "refund"})))
    assert pinned.document(old) == {"intent": "refund", "channel": "email"}
    new = record(framed(2, avro(SECOND, {"intent": "cancel", "channel": "chat"})))
    assert pinned.document(new) == {"intent": "cancel", "channel": "chat"}
    asked = registry.asked
    assert (pinned.document(old), registry.asked) == ({"intent": "refund", "channel": "email"}, asked)


def test_a_symbol_that_the_pinned_version_lacks_is_its_default_and_refused_without_one() -> None:
    third = json.loads(json.dumps(SECOND))
    third["fields"][0]["type"]["symbols"].insert(0, "erasure")
    registry = FakeRegistry({1: registered(third)})
    registry.versions["t-value", 2] = registered(SECOND)
    value = record(framed(1, avro(third, {"intent": "erasure", "channel": "chat"})))
    topic = subject_namer("t", "topic")
    assert decoder(registry, Pinned(2, topic)).document(value)["intent"] == "other"
    registry.versions["t-value", 3] = registered(FIRST)
    assert decoder(registry).document(value)["intent"] == "erasure"
    with pytest.raises(DecodeError) as refused:
        decoder(registry, Pinned(3, topic)).document(value)
    assert refused.value.code == "schema_unusable"
    with pytest.raises(DecodeError) as unknown:
        decoder(registry, Pinned(4, topic)).document(value)
    assert str(unknown.value).endswith("the registry has no version 4 of t-value")


def test_schemas_that_a_schema_names_are_read_before_it() -> None:
    inner = {"type": "enum", "name": "L", "namespace": "ml", "symbols": ["refund"]}
    outer = {"type": "record", "name": "O", "fields": [{"name": "label", "type": "ml.L"}]}
    registry = FakeRegistry({1: RegisteredSchema("AVRO", json.dumps(outer), [Reference("l", 3)])})
    registry.versions["l", 3] = registered(inner)
    assert decoder(registry).document(record(framed(1, b"\0"))) == {"label": "refund"}
    registry.versions["l", 3] = RegisteredSchema("AVRO", json.dumps(inner), [Reference("l", 3)])
    with pytest.raises(DecodeError, match="without end"):
        decoder(registry).document(record(framed(1, b"\0")))


def test_a_schema_that_is_named_on_many_ways_is_asked_for_once() -> None:
    registry = FakeRegistry({1: RegisteredSchema("AVRO", '"int"', [Reference("a9", 1), Reference("b9", 1)])})
    for level in range(1, 10):
        below = [Reference("a" + str(level - 1), 1), Reference("b" + str(level - 1), 1)] if level > 1 else []
        for name in (f"a{level}", f"b{level}"):
            kind = {"type": "enum", "name": name, "symbols": ["x"]}
            registry.versions[name, 1] = RegisteredSchema("AVRO", json.dumps(kind), below)
    assert decoder(registry).document(record(framed(1, b"\x02"))) == 1
    assert registry.asked == 1 + 18


def test_a_registry_that_is_away_holds_the_batch_and_loses_nothing() -> None:
    registry = FakeRegistry({7: registered(AVRO_PREDICTION)})
    registry.down = "the schema registry at registry.example.org does not answer"
    source = filled(SOUND, SOUND.replace(b"p1", b"p2"), b"poison")
    agent = Agent(source, decoders={PREDICTIONS.topic: decoder(registry)}).joined()
    for _ in range(3):
        taken = agent.step()
        assert (taken.records, taken.trouble) == (0, registry.down)
    assert (source.paused, agent.letters.published, source.committed) == (True, [], [])
    registry.down = ""
    taken = agent.step()
    assert (taken.new, taken.rejected, source.paused) == (2, 1, False)
    assert [letter.code for letter in agent.letters.published] == ["not_framed"]


def test_what_is_known_is_read_on_while_the_registry_is_away() -> None:
    registry = FakeRegistry({7: registered(AVRO_PREDICTION)})
    reader = decoder(registry)
    reader.decode(record(SOUND), LATEST, [])
    registry.down = "away"
    reader.decode(record(SOUND), LATEST, [])
    assert registry.asked == 1


def test_an_id_that_was_unknown_is_asked_for_again() -> None:
    registry = FakeRegistry({})
    reader = decoder(registry)
    with pytest.raises(DecodeError):
        reader.decode(record(SOUND), LATEST, [])
    registry.schemas[7] = registered(AVRO_PREDICTION)
    assert reader.decode(record(SOUND), LATEST, [])
