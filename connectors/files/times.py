"""When the events of a file happened: a path in, the times of its predictions and of its labels out."""

from array import array
from datetime import datetime

import msgspec

from connectors.files.lines import CHUNK
from connectors.files.opening import FileOpener
from monitor.domain.events.mapping.compiled import value_of
from monitor.domain.events.types import Partition, Record
from monitor.errors import DecodeError
from monitor.ingest.ports import MappedDecoder


class _Inside(msgspec.Struct):
    ts: datetime | None = None


class _Times(msgspec.Struct):
    ts: datetime | None = None
    labeled_at: datetime | None = None
    prediction: _Inside | None = None


_times = msgspec.json.Decoder(_Times)


def times_in(
    path: str, decoder: MappedDecoder | None, opener: FileOpener
) -> tuple["array[float]", "array[float]"]:
    """Seconds since 1970 of the predictions and of the labels; a record that has no such time has none.

    A `decoder` reads records that are no canonical events.

    Raises:
        ConfigError: the file is not what its name says.
        UnavailableError: the disk failed, or what the decoder needs can't be had.
    """
    predictions, labels = array("d"), array("d")
    times = _times_of if decoder is None else _MappedTimes(decoder, path).of
    records = opener.records(path)
    while batch := records.take(CHUNK):
        for _, record in batch:
            made, said = times(record)
            if made is not None and made.tzinfo is not None:
                predictions.append(made.timestamp())
            if said is not None and said.tzinfo is not None:
                labels.append(said.timestamp())
    records.close()
    return predictions, labels


def _times_of(line: bytes) -> tuple[datetime | None, datetime | None]:
    try:
        event = _times.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError):
        return None, None
    return event.ts or (event.prediction.ts if event.prediction else None), event.labeled_at


class _MappedTimes:
    """Reads of records only the time that their mapping names, not the whole event."""

    def __init__(self, decoder: MappedDecoder, path: str) -> None:
        self._decoder = decoder
        self._partition = Partition(path, 0)
        self._of_labels = decoder.mapping.kind == "label"
        name = "labeled_at" if self._of_labels else "ts"
        self._get = value_of(next(field for field in decoder.mapping.fields if field.name == name))

    def of(self, value: bytes) -> tuple[datetime | None, datetime | None]:
        """When the prediction was made, and when the label was given: one of the two, or neither."""
        try:
            at = msgspec.convert(
                self._get(self._decoder.document(Record(self._partition, 0, value))), datetime
            )
        except (DecodeError, msgspec.ValidationError, OverflowError):
            return None, None
        return (None, at) if self._of_labels else (at, None)
