"""The formats that records may be written in, each with how a producer writes it; and broken bytes of each."""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from connectors.formats.avro import FramedAvro, Pinned
from connectors.formats.cloudevents import MappedCloudEvents
from connectors.formats.framed_json import FramedJson
from connectors.formats.kserve import MappedKServe
from connectors.formats.mapped_json import MappedJson
from connectors.formats.sagemaker import MappedSageMaker
from monitor.domain.events.fields import LATEST
from monitor.domain.events.mapping.fields import EventMapping, MappedField, ReadAs
from monitor.domain.events.mapping.identity import IDENTITY, IDENTITY_IN_DATA
from monitor.domain.events.mapping.paths import parsed
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Partition, Record
from monitor.errors import DecodeError
from monitor.ingest.decoded import read_event
from monitor.ingest.ports import EventDecoder
from tests.connectors.formats.writing import (
    AVRO_PREDICTION,
    ENVELOPE,
    NEWER_PREDICTION,
    OLDER_PREDICTION,
    FakeRegistry,
    as_answered,
    as_avro,
    as_captured,
    as_older_avro,
    as_parquet_row,
    as_row_of_avro,
    as_structured,
    as_theirs,
    framed,
    in_headers,
    registered,
)

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


def inside(place: str) -> EventMapping:
    """The mapping of records that hold an event of our shape at a place."""
    fields = IDENTITY["prediction"].fields
    return EventMapping(
        "prediction",
        [msgspec.structs.replace(field, paths=[parsed(f"{place}.{field.name}")]) for field in fields],
    )


class RecordFormat(NamedTuple):
    """How a producer writes an event, and what reads it; canonical records need nothing.

    `headers` come with each record. `nan_is_null`: NaN stands for a number that is not known, as pandas writes it.
    """

    name: str
    write: Callable[[Mapping[str, Any]], bytes]
    decoder: EventDecoder | None
    headers: tuple[tuple[str, bytes], ...] = ()
    nan_is_null: bool = False


REGISTRY = FakeRegistry({7: registered(AVRO_PREDICTION), 8: registered(OLDER_PREDICTION)})
REGISTRY.versions["t-value", 2] = registered(NEWER_PREDICTION)
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
    RecordFormat(
        "cloudevents-structured",
        as_structured,
        MappedCloudEvents(IDENTITY_IN_DATA["prediction"]),
        (("content-type", b"application/cloudevents+json; charset=UTF-8"),),
    ),
    RecordFormat(
        "cloudevents-binary",
        lambda event: json.dumps(event).encode(),
        MappedCloudEvents(IDENTITY_IN_DATA["prediction"]),
        in_headers(ENVELOPE),
    ),
    RecordFormat(
        "avro-evolved",
        lambda event: framed(8, as_older_avro(event)),
        FramedAvro(IDENTITY["prediction"], REGISTRY, Pinned(2, lambda _schema: "t-value")),  # type: ignore[arg-type]
    ),
    RecordFormat("avro-file", as_row_of_avro, MappedJson(IDENTITY["prediction"]), nan_is_null=True),
    RecordFormat("kserve", as_answered, MappedKServe(inside("$.prediction"))),
    RecordFormat("sagemaker", as_captured, MappedSageMaker(inside("$.output"))),
    RecordFormat("parquet", as_parquet_row, MappedJson(IDENTITY["prediction"]), nan_is_null=True),
]


def as_it_can_say(of: RecordFormat, event: Mapping[str, Any]) -> dict[str, Any]:
    """The event without what the format has no spelling for."""
    said = dict(event)
    if of.nan_is_null and said["predicted"].get("score") != said["predicted"].get("score"):
        said["predicted"] = {**said["predicted"], "score": None}
    return said


def read(of: RecordFormat, value: bytes, max_bytes: int = 10_000) -> Any:  # noqa: ANN401
    """The event and what was put right, or the code of the refusal."""
    mends: list[Mend] = []
    record = Record(Partition("t", 0), 0, value, headers=of.headers)
    try:
        event = read_event(record, max_bytes, LATEST, mends, of.decoder)
    except DecodeError as refused:
        return refused.code
    if isinstance(event, list) and len(event) == 1:
        event = event[0]
    return event, set(mends)


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
