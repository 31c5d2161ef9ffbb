"""Bytes in, an event out, or a DecodeError with a stable code. docs/events.md is the format.

The quick way is one msgspec pass into the struct the topic promises. Only a record that fails it is looked
at again, slowly: to put right what the judgement does not need, or to say what is wrong with it.
"""

from datetime import datetime

from monitor.domain.events.fields import LATEST
from monitor.domain.events.reading import EventReader
from monitor.domain.events.refusals import UNREADABLE, explained
from monitor.domain.events.tolerance import Mend, repaired
from monitor.domain.events.types import Label, Prediction, Unreadable
from monitor.domain.events.wire import decode_event, decode_label, decode_prediction
from monitor.errors import DecodeError

BOM = b"\xef\xbb\xbf"

Event = Prediction | Label | tuple[Prediction, Label]
Events = list[Event]
"""Those of one record, in the formats that may hold several."""


def decode(
    value: bytes,
    kind: str,
    max_bytes: int = 1_000_000,
    *,
    latest: datetime = LATEST,
    mends: list[Mend] | None = None,
) -> Event:
    """Read one record. `kind` ("prediction" or "label") is what its topic holds; its own `event` overrules.

    A label that carries its prediction inline gives both, the prediction first. No time may be after `latest`.
    What was put right is added to `mends`.

    Raises:
        DecodeError: with one of the codes of `CODES`.
    """
    return decode_with(EventReader(latest, [] if mends is None else mends), value, kind, max_bytes)


def decode_with(reader: EventReader, value: bytes, kind: str, max_bytes: int) -> Event:
    """The same with a `reader`, which notes in its own `mends` what was put right.

    Raises:
        DecodeError: with one of the codes of `CODES`.
    """
    if len(value) > max_bytes or type(value) is not bytes:
        value = at_hand(value, max_bytes)
    if value[:3] == BOM:
        value = value[3:]  # where files were put together, it is in the middle, too
    # In a mixed topic a label names itself, mostly at its beginning: it need not be tried as a prediction.
    likely = "label" if b'"label"' in value[:40] else kind
    try:
        if likely == "prediction":
            wire = decode_prediction(value)
            if (kind if wire.event is None else wire.event) == "prediction":
                return reader.prediction(wire, value)
        else:
            labelled = decode_label(value)
            if (kind if labelled.event is None else labelled.event) == "label":
                return reader.label(labelled, value)
    except UNREADABLE:
        # It may still be the other kind of event, or it is broken: the slow way tells.
        reader.mends.clear()
    try:
        return _decode_by_its_own_name(value, kind, reader)
    except UNREADABLE as err:
        return _decode_repaired(value, kind, reader, err)


def at_hand(value: bytes, max_bytes: int) -> bytes:
    """The very bytes of a record, which are there and not too many.

    Raises:
        DecodeError: they could not be had, or are too many.
    """
    if isinstance(value, Unreadable):
        raise DecodeError("unreadable", value.decode())
    if len(value) > max_bytes:
        raise DecodeError("too_large", f"{len(value)} bytes, more than the {max_bytes} allowed")
    return value


def _decode_repaired(value: bytes, kind: str, reader: EventReader, err: Exception) -> Event:
    """The slow way, for what may be a sound event but for a field that nothing rests on."""
    better, mended = repaired(value)
    if not mended:
        raise explained(value, err) from err
    reader.mends[:] = mended
    try:
        return _decode_by_its_own_name(better, kind, reader)
    except UNREADABLE as still:
        raise explained(better, still) from still


def _decode_by_its_own_name(value: bytes, kind: str, reader: EventReader) -> Event:
    named = decode_event(value).event
    event = kind if named is None else named
    if event == "prediction":
        return reader.prediction(decode_prediction(value), value)
    if event == "label":
        return reader.label(decode_label(value), value)
    raise DecodeError("unknown_event", f"event is {event[:40]!r}, not 'prediction' or 'label'")
