"""A record of theirs, read as far as its format goes, in; an event that went through every check of ours out.

The quick way is one conversion into the structs of `wire`. A record that fails it is spelled as an event in JSON, and
the decoder of those says what is put right, or what is wrong: by the same codes for the same faults.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from monitor.domain.events.decode import BOM, Event, decode
from monitor.domain.events.mapping.compiled import Content, compiled
from monitor.domain.events.mapping.fields import EventMapping
from monitor.domain.events.mapping.identity import IDENTITY, IDENTITY_IN_DATA
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.reading import EventReader
from monitor.domain.events.refusals import UNREADABLE, explained
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.wire import WireLabel, WirePrediction

_ANY_BYTES = 2**62  # how long a record may be was asked of the record itself
_DIGITS_MAX = 300
NUL_IN_JSON = b"\\u0000"
_json = msgspec.json.Decoder()
_convert = msgspec.convert


class LooseJson(NamedTuple):
    """What a record holds that a strict reader of JSON refuses; `slip` is why."""

    document: Theirs
    slip: Exception


class MappedReader:
    """Reads the records of one topic by its mapping. `nul` is how their bytes spell a NUL character."""

    def __init__(self, mapping: EventMapping, nul: bytes = NUL_IN_JSON) -> None:
        self.mapping = mapping
        self.content: Callable[[Theirs], Content] = compiled(mapping)
        """The content of an event, not checked yet; raises `DecodeError`."""
        self._nul = nul
        self._as_it_is = mapping is IDENTITY["prediction"]
        self._as_its_data = mapping is IDENTITY_IN_DATA["prediction"]

    def event(self, document: Theirs, value: bytes, latest: datetime, mends: list[Mend]) -> Event:
        """The event that a document holds; `value` are the bytes it was read from.

        Raises:
            DecodeError: with one of the codes of `CODES`.
        """
        reader = EventReader(latest, mends, self._nul)
        if self._as_it_is or self._as_its_data:
            ours = document.get("data") if self._as_its_data else document
            if (prediction := _of_our_shape(ours)) is not None:
                return reader.prediction(prediction, value)
        content = self.content(document)
        try:
            if self.mapping.kind == "prediction":
                return reader.prediction(_convert(content, WirePrediction), value)
            return reader.label(_convert(content, WireLabel), value)
        except UNREADABLE as err:
            mends.clear()
            return self._slowly(content, err, latest, mends)

    def _slowly(self, content: Content, err: Exception, latest: datetime, mends: list[Mend]) -> Event:
        """By way of JSON, for content that is no event as it is, or may hold what nothing else takes."""
        return decode(spelled(content, err), self.mapping.kind, _ANY_BYTES, latest=latest, mends=mends)

    def json_event(self, value: bytes, latest: datetime, mends: list[Mend]) -> Event:
        """The event that a record of JSON holds.

        Raises:
            DecodeError: with one of the codes of `CODES`.
        """
        value = value.removeprefix(BOM)
        try:
            document = _json.decode(value)
        except UNREADABLE as err:
            return self.loose_event(LooseJson(tolerant_json(value, err), err), latest, mends)
        return self.event(document, value, latest, mends)

    def loose_event(self, read: LooseJson, latest: datetime, mends: list[Mend]) -> Event:
        """The event that a document holds which is no strict JSON.

        Raises:
            DecodeError: with one of the codes of `CODES`.
        """
        event = self._slowly(self.content(read.document), read.slip, latest, mends)
        if not mends:
            mends.append(Mend.FIELD_IGNORED)
        return event


def _of_our_shape(document: Theirs) -> WirePrediction | None:
    """A prediction that needs no mapping, in one step; None for what is read the long way, which says what is wrong."""
    try:
        prediction = _convert(document, WirePrediction)
    except UNREADABLE:
        return None
    predicted = prediction.predicted
    if predicted is None or predicted.intents is not None or predicted.scores is not None:
        return None
    return prediction


def json_document(value: bytes) -> Theirs:
    """What a record of JSON holds.

    Raises:
        DecodeError: it is none.
    """
    read = loose_json(value)
    return read.document if isinstance(read, LooseJson) else read


def loose_json(value: bytes) -> Theirs | LooseJson:
    """The same; a `LooseJson` where a strict reader refuses it.

    Raises:
        DecodeError: it is none.
    """
    try:
        return _json.decode(value)
    except UNREADABLE as err:
        return LooseJson(tolerant_json(value, err), err)


def tolerant_json(value: bytes, err: Exception) -> Theirs:
    """JSON as producers in Python write it: with NaN, and half of a pair of characters.

    Raises:
        DecodeError: it is none even so; `err` says what a strict reader thinks of it.
    """
    try:
        read = json.loads(value.decode(), parse_int=_integer)
    except (ValueError, RecursionError):
        raise explained(value, err) from err
    if not isinstance(read, dict):
        raise explained(value, err) from err
    return read


def spelled(content: Content, err: Exception) -> bytes:
    """The content as an event in JSON; a value that JSON does not have is an empty object, to be refused.

    Raises:
        DecodeError: it is nested too deeply for that; `err` says what else is wrong with it.
    """
    try:
        return json.dumps(content, default=_spelled).encode()
    except RecursionError:
        raise explained(b"{}", err) from err


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _DIGITS_MAX else float(digits)


def _spelled(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else {}
