"""One suite over every format: the same events, the same codes, and the bytes as they were in the dead letters."""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats.avro import FramedAvro
from connectors.formats.framed_json import FramedJson
from connectors.formats.mapped_json import MappedJson
from monitor.domain.events.fields import LATEST
from monitor.domain.events.mapping.fields import EventMapping, MappedField, ReadAs
from monitor.domain.events.mapping.identity import IDENTITY
from monitor.domain.events.mapping.paths import parsed
from monitor.domain.events.refusals import CODES
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Partition, Record
from monitor.errors import DecodeError
from monitor.ingest.decoded import read_event
from monitor.ingest.ports import EventDecoder
from tests.connectors.formats.writing import (
    AVRO_PREDICTION,
    FakeRegistry,
    as_avro,
    as_theirs,
    framed,
    registered,
)
from tests.domain.events.records import FULL_PREDICTION, PREDICTION
from tests.ingest.agents import PREDICTIONS, Agent, filled

MUTANTS = 2_000  # of each format; benchmarks/format_mutants.py makes 100,000
THEIRS = EventMapping(
    "prediction",
    [
        MappedField("prediction_id", [parsed("$.meta.id")], needed=True),
        MappedField("ts", [parsed("$.meta.time")], reading=ReadAs.TIME, needed=True),
        MappedField("model.name", [parsed("$.meta.release.name")], needed=True),
        MappedField("model.version", [parsed("/meta/release/version")], needed=True),
        MappedField("model.environment", [parsed("$.meta.release.environment")]),
        MappedField("predicted.intent", [parsed("$.out[0].label")], reading=ReadAs.INTENT, needed=True),
        MappedField("predicted.score", [parsed("$.out[0].p")], reading=ReadAs.NUMBER),
        MappedField("slices", [parsed("$.tags")], reading=ReadAs.SLICES),
        MappedField("text", [parsed("$.content.text")]),
        MappedField("subject", [parsed("$.content.subject")]),
    ],
)


class RecordFormat(NamedTuple):
    """How a producer writes an event, and what reads it; canonical records need nothing."""

    name: str
    write: Callable[[Mapping[str, Any]], bytes]
    decoder: EventDecoder | None


REGISTRY = FakeRegistry({7: registered(AVRO_PREDICTION)})
FORMATS = [
    RecordFormat("canonical", lambda event: json.dumps(event).encode(), None),
    RecordFormat("json", as_theirs, MappedJson(THEIRS)),
    RecordFormat(
        "json-schema",
        lambda event: framed(3, json.dumps(event).encode()),
        FramedJson(IDENTITY["prediction"]),
    ),
    RecordFormat(
        "avro",
        lambda event: framed(7, as_avro(event)),
        FramedAvro(IDENTITY["prediction"], REGISTRY),  # type: ignore[arg-type]
    ),
]
EVENT = {name: value for name, value in FULL_PREDICTION.items() if name != "event"}
EVENT |= {"predicted": {"intent": "cancel_account", "score": 0.87}}
SOUND: list[dict[str, Any]] = [
    {},
    EVENT,
    {"ts": "2026-11-22T14:00:00.5+01:00"},
    {"predicted": {"intent": None}},
    {"predicted": {"intent": " refund\u00a0", "score": 1.00001}},
    {"predicted": {"intent": "refund", "score": float("nan")}},
    {"predicted": {"intent": "refund", "score": "high"}},
    {"slices": {"channel": "x" * 300}},
    {"text": "", "subject": "ann"},
]
POISON: list[tuple[str, dict[str, Any]]] = [
    ("empty_id", {"prediction_id": ""}),
    ("id_too_long", {"prediction_id": "x" * 256}),
    ("bad_character", {"prediction_id": "a\0b"}),
    ("bad_character", {"slices": {"channel": "a\0"}}),
    ("schema_invalid", {"prediction_id": ["a"]}),
    ("schema_invalid", {"ts": "noon"}),
    ("time_without_zone", {"ts": "2026-11-22T13:00:00"}),
    ("time_out_of_range", {"ts": "1999-11-22T13:00:00Z"}),
    ("empty_id", {"predicted": {"intent": " "}}),
    ("empty_id", {"model": {"name": "tickets", "version": ""}}),
    ("id_too_long", {"model": {"name": "語" * 200, "version": "7"}}),
    ("too_many_slices", {"slices": {f"s{number}": "x" for number in range(65)}}),
    ("empty_id", {"subject": ""}),
    ("too_large", {"text": "x" * 1_000}),
]


def read(of: RecordFormat, value: bytes, max_bytes: int = 10_000) -> Any:  # noqa: ANN401
    """The event and what was put right, or the code of the refusal."""
    mends: list[Mend] = []
    try:
        event = read_event(Record(Partition("t", 0), 0, value), max_bytes, LATEST, mends, of.decoder)
    except DecodeError as refused:
        return refused.code
    return event, set(mends)


@pytest.mark.parametrize("of", FORMATS[1:], ids=lambda of: of.name)
@pytest.mark.parametrize("change", SOUND)
def test_a_sound_record_is_the_same_event_in_every_format(of: RecordFormat, change: dict[str, Any]) -> None:
    canonical = read(FORMATS[0], FORMATS[0].write(PREDICTION | change))
    assert isinstance(canonical, tuple)
    assert read(of, of.write(PREDICTION | change)) == canonical


@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
@pytest.mark.parametrize(("code", "change"), POISON)
def test_poison_has_the_same_code_in_every_format(
    of: RecordFormat, code: str, change: dict[str, Any]
) -> None:
    assert read(of, of.write(PREDICTION | change), 1_000 if code == "too_large" else 10_000) == code


@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
def test_a_dead_letter_has_the_bytes_as_they_came(of: RecordFormat) -> None:
    poison = of.write(PREDICTION | {"ts": "noon"})
    sound = of.write(PREDICTION)
    decoders = {PREDICTIONS.topic: of.decoder} if of.decoder else {}
    agent = Agent(filled(sound, poison, b"", b"\0", None), decoders=decoders).joined()
    taken = agent.step()
    assert (taken.records, taken.rejected, taken.passed_over) == (5, 3, 1)
    assert [letter.record.value for letter in agent.letters.published] == [poison, b"", b"\0"]
    assert agent.letters.published[0].code == "schema_invalid"


@pytest.mark.parametrize("of", FORMATS[:3], ids=lambda of: of.name)
def test_a_field_that_nobody_knows_yet_is_passed_over(of: RecordFormat) -> None:
    value = of.write(PREDICTION)
    grown = value[: value.index(b"{")] + b'{"new": {"deep": [1, null]}, ' + value[value.index(b"{") + 1 :]
    assert read(of, grown) == read(of, value)


TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text)
EVENTS = st.fixed_dictionaries(
    {
        "prediction_id": TEXTS,
        "ts": st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
        "model": st.fixed_dictionaries({"name": TEXTS, "version": TEXTS}),
        "predicted": st.fixed_dictionaries(
            {"intent": st.none() | TEXTS, "score": st.none() | st.floats(0, 1.5) | st.just(float("nan"))}
        ),
        "slices": st.none() | st.dictionaries(TEXTS, TEXTS, max_size=3),
        "text": st.none() | st.text(max_size=20),
    }
)


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_any_prediction_is_the_same_in_every_format(event: dict[str, Any]) -> None:
    results = [read(of, of.write(event)) for of in FORMATS]
    assert all(result == results[0] for result in results), results


def mutant(value: bytes, rng: random.Random) -> bytes:
    """The bytes with a few of them changed, left out, doubled or put in."""
    changed = bytearray(value)
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randrange(len(changed) + 1), rng.randint(1, 9)
        match rng.randrange(5):
            case 0:
                del changed[at : at + length]
            case 1:
                changed[at:at] = rng.randbytes(length)
            case 2:
                changed[at:at] = changed[at : at + length]
            case 3 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 4 if at < len(changed):
                changed[at] = rng.choice(b'\x00\xff"{}[],:\\x80')
    return bytes(changed)


@pytest.mark.parametrize("of", FORMATS, ids=lambda of: of.name)
def test_no_mutant_of_a_record_is_more_than_refused(of: RecordFormat) -> None:
    rng = random.Random(5)
    values = [of.write(EVENT), of.write(PREDICTION)]
    for number in range(MUTANTS):
        result = read(of, mutant(values[number % 2], rng))
        assert isinstance(result, tuple) or result in CODES
