"""What SageMaker captures of an endpoint, and the ground truth that its monitors merge with it: JSON lines in S3.

An input, an output or a label is a text within the JSON, and says how it is encoded: as CSV, as JSON, or as base64 of
what its content type says. Where files lie in folders as SageMaker demands, their path says the rest: the endpoint, its
variant, and the hour, which for ground truth is that in which it was collected.
"""

import csv
import io
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from typing_extensions import override

from connectors.formats.contents import body_of
from monitor.domain.events.decode import Event
from monitor.domain.events.mapping.fields import EventMapping, ReadAs
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.mapping.reading import NUL_IN_JSON, LooseJson, MappedReader, loose_json
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Record
from monitor.errors import DecodeError
from monitor.ingest.ports import MappedDecoder

_HOUR = re.compile(r"(?:^|/)(\d{4})/(\d{2})/(\d{2})/(\d{2})/[^/]+$")
_NUL = b"\0"


class _Read(NamedTuple):
    """A record with what is encoded in it decoded; `text` is what was read. `slip` as of `LooseJson`."""

    document: dict[str, Theirs]
    text: bytes
    slip: Exception | None


class MappedSageMaker(MappedDecoder):
    """An `EventDecoder` of data capture for predictions, and of ground truth for labels."""

    def __init__(self, mapping: EventMapping) -> None:
        # In CSV a number is a text.
        fields = [
            msgspec.structs.replace(field, digits=True) if field.reading is ReadAs.NUMBER else field
            for field in mapping.fields
        ]
        self.mapping = EventMapping(mapping.kind, fields)
        self._reader = MappedReader(self.mapping)

    @override
    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Event:
        read = self._read(record)
        if read.slip is not None:
            return self._reader.loose_event(LooseJson(read.document, read.slip), latest, mends)
        return self._reader.event(read.document, read.text, latest, mends)

    @override
    def document(self, record: Record) -> Theirs:
        return self._read(record).document

    def _read(self, record: Record) -> _Read:
        value = record.value or b""
        read = loose_json(value)
        document, slip = read if isinstance(read, LooseJson) else (read, None)
        if not isinstance(document, dict):
            raise _not_one("it is JSON, but no object")
        document = {**document, **_of_path(record.partition.topic)}
        metadata = document.get("eventMetadata")
        if isinstance(metadata, Mapping):
            document["id"] = metadata.get("inferenceId") or metadata.get("eventId")
            document["time"] = metadata.get("inferenceTime")
        if self.mapping.kind == "label":
            label, text, slipped = _decoded(document.get("groundTruthData"), "groundTruthData")
            document["label"] = label
            return _Read(document, value + text, slip or slipped)
        captured = document.get("captureData")
        if not isinstance(captured, Mapping):
            raise _not_one("it has no captureData")
        output, text, slipped = _decoded(captured.get("endpointOutput"), "endpointOutput")
        document["output"] = output
        try:
            document["input"], more, _ = _decoded(captured.get("endpointInput"), "endpointInput")
            text += more
        except DecodeError:  # an image, say, or nothing at all: a prediction is one without it
            pass
        return _Read(document, value + text, slip or slipped)


def _decoded(given: Theirs, where: str) -> tuple[Theirs, bytes, Exception | None]:
    """What an encoded text holds, a NUL where it has one that the record hides, and why it is no strict JSON."""
    if not isinstance(given, Mapping) or not isinstance(data := given.get("data"), str):
        raise _not_one(f"it has no {where} with data")
    match given.get("encoding"):
        case "CSV":
            return _cells(data, where), b"", None
        case "JSON":
            read, slip = body_of(data.encode(errors="replace"), "application/json")
            return read, b"", slip
        case "BASE64":
            return _of_base64(data, str(given.get("observedContentType") or ""), where)
        case _:
            raise _not_one(f"the encoding of its {where} is none of CSV, JSON and BASE64")


def _of_base64(data: str, kind: str, where: str) -> tuple[Theirs, bytes, Exception | None]:
    try:
        body = b64decode(data, validate=True)
    except ValueError:
        raise _not_one(f"its {where} is no base64") from None
    text = NUL_IN_JSON if _NUL in body or NUL_IN_JSON in body else b""
    if not kind.lower().startswith("text/csv"):
        read, slip = body_of(body, kind)
        return read, text, slip
    try:
        return _cells(body.decode(), where), text, None
    except UnicodeDecodeError:
        raise _not_one(f"its {where} is not in UTF-8") from None


def _cells(data: str, where: str) -> list[Theirs]:
    """The cells of a row; of several rows a list of each."""
    try:
        rows = [row for row in csv.reader(io.StringIO(data, newline=""), strict=True) if row]
    except csv.Error:
        raise _not_one(f"its {where} is no CSV") from None
    return list(rows[0]) if len(rows) == 1 else list(rows)


def _of_path(path: str) -> dict[str, str]:
    """What the folders of a file say: `ENDPOINT/VARIANT/2026/11/22/13/…`."""
    found = _HOUR.search(path)
    if found is None:
        return {}
    year, month, day, hour = found.groups()
    said = {"hour": f"{year}-{month}-{day}T{hour}:00:00Z"}
    *_, endpoint, variant = ["", "", *path[: found.start()].split("/")]
    return said | {name: value for name, value in (("endpoint", endpoint), ("variant", variant)) if value}


def _not_one(why: str) -> DecodeError:
    return DecodeError("not_captured", why)
