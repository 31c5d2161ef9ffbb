"""CloudEvents 1.0, as the Kafka binding carries them: each with its attributes, and its data under `data`.

Structured, the value is the whole event as JSON. Binary, the value is its data, and each attribute is a header, such as
`ce_id`. The header `content-type` tells which; a line of a file has none, and is a structured one.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from typing_extensions import override

from connectors.formats.contents import body_of, is_json
from monitor.domain.events.decode import BOM, Event
from monitor.domain.events.mapping.fields import EventMapping
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.mapping.reading import NUL_IN_JSON, LooseJson, MappedReader, loose_json
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Record
from monitor.errors import DecodeError
from monitor.ingest.ports import MappedDecoder

STRUCTURED = b"application/cloudevents"
_BATCH = STRUCTURED + b"-batch"
_NEEDED = ("id", "source", "type")
_PREFIX = "ce_"
_NUL = b"\0"


DataType = Callable[[Mapping[str, Theirs]], str | None]
"""What the data of an event are, by its attributes."""


class CloudEvent(NamedTuple):
    """An event's attributes, with `data`. `text` are the bytes that it was read from, as far as they are JSON.

    `slip` is why a strict reader refuses them, or None.
    """

    envelope: dict[str, Theirs]
    text: bytes
    slip: Exception | None = None


class MappedCloudEvents(MappedDecoder):
    """An `EventDecoder` of CloudEvents with data in JSON, or in text."""

    def __init__(self, mapping: EventMapping) -> None:
        self.mapping = mapping
        self._reader = MappedReader(mapping)

    @override
    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Event:
        event = cloud_event(record)
        if event.slip is not None:
            return self._reader.loose_event(LooseJson(event.envelope, event.slip), latest, mends)
        return self._reader.event(event.envelope, event.text, latest, mends)

    @override
    def document(self, record: Record) -> Theirs:
        return cloud_event(record).envelope


def said_type(envelope: Mapping[str, Theirs]) -> str | None:
    """What an event says that its data are."""
    return str(envelope.get("datacontenttype") or "")


def cloud_event(record: Record, data_type: DataType = said_type) -> CloudEvent:
    """The event that a record holds. `data_type` says what to read its data as; None: they are left out.

    Raises:
        DecodeError: it is none, or several.
    """
    value, kind, binary = record.value or b"", b"", False
    for name, said in record.headers:
        if name.lower() == "content-type":
            kind = (said or b"").lower()
        binary = binary or name == "ce_specversion"
    if kind.startswith(STRUCTURED):
        if kind.startswith(_BATCH):
            raise DecodeError("batch_of_events", f"its content-type is {_BATCH.decode()}")
        if kind.partition(b";")[0].strip() != STRUCTURED + b"+json":
            raise not_one("it is structured, but not as JSON")
    elif binary:
        return _checked(_binary(record, value, data_type))
    return _checked(_structured(value, data_type))


def not_one(why: str) -> DecodeError:
    """The refusal of what is no CloudEvent."""
    return DecodeError("not_cloudevent", why)


def _structured(value: bytes, data_type: DataType) -> CloudEvent:
    read = loose_json(value.removeprefix(BOM))
    envelope, slip = read if isinstance(read, LooseJson) else (read, None)
    if isinstance(envelope, list):
        raise DecodeError("batch_of_events", "it is a list")
    if not isinstance(envelope, dict):
        raise not_one("it is JSON, but no object")
    coded = envelope.get("data_base64")
    kind = data_type(envelope)
    if coded is None or kind is None:
        return CloudEvent(envelope, value, slip)
    try:
        body = b64decode(coded, validate=True)
    except (ValueError, TypeError):
        raise not_one("data_base64 is no base64") from None
    data, slipped = _data(body, kind)
    return CloudEvent({**envelope, "data": data}, value + body, slip or slipped)


def _binary(record: Record, value: bytes, data_type: DataType) -> CloudEvent:
    envelope: dict[str, Theirs] = {}
    text = value
    for name, said in record.headers:
        lower = name.lower()
        if lower.startswith(_PREFIX):
            lower = lower[len(_PREFIX) :]
        elif lower == "content-type":
            lower = "datacontenttype"
        else:
            continue
        try:
            envelope[lower] = (said or b"").decode()
        except UnicodeDecodeError:
            raise not_one(f"the header {name[:40]} is not in UTF-8") from None
        if _NUL in (said or b""):
            text += NUL_IN_JSON
    slip = None
    kind = data_type(envelope)
    if value and kind is not None:
        envelope["data"], slip = _data(value, kind)
    return CloudEvent(envelope, text, slip)


def _data(body: bytes, kind: str) -> tuple[Theirs, Exception | None]:
    if not is_json(kind) and not kind.startswith("text/"):
        raise not_one(f"its data are {kind[:40]}, not JSON or text")
    return body_of(body, kind)


def _checked(event: CloudEvent) -> CloudEvent:
    version = event.envelope.get("specversion")
    if version != "1.0":
        said = "no specversion" if version is None else f"the specversion {str(version)[:10]!r}"
        raise not_one(f"it has {said}, not '1.0'")
    for name in _NEEDED:
        attribute = event.envelope.get(name)
        if not isinstance(attribute, str) or not attribute:
            raise not_one(f"it has no {name}")
    return event
