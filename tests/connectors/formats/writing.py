"""The same event in every format: an event of ours in, the bytes that a producer of that format would write out."""

import base64
import io
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.files.avro_containers import AvroRows
from connectors.files.parquet import ParquetRows
from connectors.formats.registry import RegisteredSchema, UnknownSchemaError
from monitor.errors import UnavailableError

_TEXT = ["null", "string"]
AVRO_PREDICTION: dict[str, Any] = {
    "type": "record",
    "name": "Prediction",
    "namespace": "ml",
    "fields": [
        {"name": "prediction_id", "type": ["string", "long", {"type": "array", "items": "string"}]},
        {"name": "ts", "type": [{"type": "long", "logicalType": "timestamp-micros"}, "string"]},
        {
            "name": "model",
            "type": {
                "type": "record",
                "name": "Model",
                "fields": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "environment", "type": _TEXT, "default": None},
                ],
            },
        },
        {
            "name": "predicted",
            "type": {
                "type": "record",
                "name": "Predicted",
                "fields": [
                    {"name": "intent", "type": _TEXT},
                    {
                        "name": "score",
                        "type": [
                            "null",
                            "double",
                            "string",
                            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 4},
                        ],
                        "default": None,
                    },
                ],
            },
        },
        {"name": "slices", "type": ["null", {"type": "map", "values": "string"}], "default": None},
        {"name": "text", "type": _TEXT, "default": None},
        {"name": "subject", "type": _TEXT, "default": None},
    ],
}


OF_AN_OLDER_VERSION = {"prediction_id": "id", "predicted": "answer"}
"""How fields were called in the version before; and it had a field that there is no more, and not yet another."""
OLDER_PREDICTION: dict[str, Any] = {
    **AVRO_PREDICTION,
    "fields": [
        {"name": "note", "type": "string"},
        *(
            {**field, "name": OF_AN_OLDER_VERSION.get(field["name"], field["name"])}
            for field in AVRO_PREDICTION["fields"]
        ),
    ],
}
NEWER_PREDICTION: dict[str, Any] = {
    **AVRO_PREDICTION,
    "fields": [
        *(
            {**field, "aliases": [OF_AN_OLDER_VERSION.get(field["name"], "x")]}
            for field in AVRO_PREDICTION["fields"]
        ),
        {"name": "queue", "type": "string", "default": "none"},
    ],
}


def framed(number: int, body: bytes) -> bytes:
    return b"\0" + number.to_bytes(4, "big") + body


def avro(schema: object, record: object) -> bytes:
    file = io.BytesIO()
    fastavro.schemaless_writer(file, fastavro.parse_schema(schema), record)  # type: ignore[arg-type]
    return file.getvalue()


def as_avro(event: Mapping[str, Any]) -> bytes:
    """A prediction in `AVRO_PREDICTION`; a time that is one goes as a number."""
    return avro(AVRO_PREDICTION, avro_record(event))


def as_older_avro(event: Mapping[str, Any]) -> bytes:
    """The same as the version before has it."""
    record = avro_record(event)
    return avro(
        OLDER_PREDICTION,
        {OF_AN_OLDER_VERSION.get(name, name): value for name, value in record.items()} | {"note": "old"},
    )


def avro_file(events: Iterable[Mapping[str, Any]], codec: str = "deflate") -> bytes:
    """Predictions as an Avro file."""
    file = io.BytesIO()
    fastavro.writer(file, fastavro.parse_schema(AVRO_PREDICTION), map(avro_record, events), codec=codec)
    return file.getvalue()


def as_row_of_avro(event: Mapping[str, Any]) -> bytes:
    """The same as the only record of an Avro file, as it is read from there."""
    with NamedTemporaryFile(suffix=".avro") as file:
        file.write(avro_file([event]))
        file.flush()
        return AvroRows(file.name).take(1)[0][1]


def avro_record(event: Mapping[str, Any]) -> dict[str, Any]:
    """What a writer of Avro is given for a prediction."""
    record = {**event, "slices": event.get("slices"), "model": {"environment": None, **event["model"]}}
    record["predicted"] = {"score": None, **event["predicted"]}
    try:
        at = datetime.fromisoformat(event["ts"])
        record["ts"] = at if at.tzinfo is not None else event["ts"]
    except ValueError:
        pass
    return record


def as_theirs(event: Mapping[str, Any]) -> bytes:
    """The same prediction in a JSON of another shape; what an event leaves out is left out."""
    record = {
        "meta": {"id": event["prediction_id"], "time": event["ts"], "release": event["model"]},
        "out": [{"label": event["predicted"]["intent"], "p": event["predicted"].get("score")}],
        "content": {name: event[name] for name in ("text", "subject") if name in event},
        "tags": event.get("slices"),
    }
    return json.dumps(record).encode()


ENVELOPE = {
    "specversion": "1.0",
    "id": "e1",
    "source": "/models/tickets",
    "type": "com.example.predicted",
    "datacontenttype": "application/json",
}


def as_structured(event: Mapping[str, Any]) -> bytes:
    """The same prediction as the data of a structured CloudEvent."""
    return json.dumps({**ENVELOPE, "data": event}).encode()


def as_parquet_row(event: Mapping[str, Any]) -> bytes:
    """The same prediction as the only row of a Parquet file, as it is read from there; a time that is one is one."""
    row = {name: value for name, value in event.items() if value != {}}
    with suppress(ValueError):
        row["ts"] = datetime.fromisoformat(event["ts"])
    with NamedTemporaryFile(suffix=".parquet") as file:
        pq.write_table(pa.Table.from_pylist([row]), file.name)
        return ParquetRows(file.name).take(1)[0][1]


def as_captured(event: Mapping[str, Any]) -> bytes:
    """The same prediction as SageMaker captures it of an endpoint that answers with it."""
    output = {
        "observedContentType": "application/json",
        "mode": "OUTPUT",
        "data": base64.b64encode(json.dumps(event).encode()).decode(),
        "encoding": "BASE64",
    }
    metadata = {"eventId": "e1", "inferenceTime": "2026-11-22T13:00:00Z"}
    return json.dumps({"captureData": {"endpointOutput": output}, "eventMetadata": metadata}).encode()


def as_answered(event: Mapping[str, Any]) -> bytes:
    """The same prediction as KServe's logger sends it, of a model that answers with it."""
    kind = "org.kubeflow.serving.inference.response"
    return json.dumps({**ENVELOPE, "type": kind, "data": {"predictions": [event]}}).encode()


def in_headers(envelope: Mapping[str, str]) -> tuple[tuple[str, bytes], ...]:
    """The attributes of a binary CloudEvent."""
    return tuple(
        ("content-type" if name == "datacontenttype" else f"ce_{name}", said.encode())
        for name, said in envelope.items()
    )


class FakeRegistry:
    """A `SchemaRegistry` that knows what it is given; `down` says why it is away."""

    def __init__(self, schemas: Mapping[int, RegisteredSchema]) -> None:
        self.schemas = dict(schemas)
        self.versions: dict[tuple[str, int], RegisteredSchema] = {}
        self.down = ""
        self.asked = 0

    def schema(self, number: int) -> RegisteredSchema:
        return self._answer(self.schemas.get(number))

    def version(self, subject: str, version: int) -> RegisteredSchema:
        return self._answer(self.versions.get((subject, version)))

    def _answer(self, known: RegisteredSchema | None) -> RegisteredSchema:
        self.asked += 1
        if self.down:
            raise UnavailableError(self.down)
        if known is None:
            raise UnknownSchemaError
        return known


def registered(schema: object, kind: str = "AVRO") -> RegisteredSchema:
    return RegisteredSchema(kind, json.dumps(schema))
