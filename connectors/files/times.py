"""When the events of a file happened: a path in, the times of its predictions and of its labels out."""

from array import array
from datetime import datetime

import msgspec

from connectors.files.lines import CHUNK
from connectors.files.opening import FileOpener
from monitor.domain.events.fields import LATEST
from monitor.domain.events.types import Partition, Prediction, Record
from monitor.errors import DecodeError
from monitor.ingest.ports import EventDecoder


class _Inside(msgspec.Struct):
    ts: datetime | None = None


class _Times(msgspec.Struct):
    ts: datetime | None = None
    labeled_at: datetime | None = None
    prediction: _Inside | None = None


_times = msgspec.json.Decoder(_Times)


def times_in(
    path: str, decoder: EventDecoder | None, opener: FileOpener
) -> tuple["array[float]", "array[float]"]:
    """Seconds since 1970 of the predictions and of the labels; a line that can't be read has none.

    A `decoder` reads lines that are no canonical events.

    Raises:
        ConfigError: the file is not what its name says.
        UnavailableError: the disk failed, or what the decoder needs can't be had.
    """
    predictions, labels = array("d"), array("d")
    lines = opener.records(path)
    while batch := lines.take(CHUNK):
        for number, line in batch:
            made, said = _times_of(line) if decoder is None else _decoded_times(path, number, line, decoder)
            if made is not None and made.tzinfo is not None:
                predictions.append(made.timestamp())
            if said is not None and said.tzinfo is not None:
                labels.append(said.timestamp())
    lines.close()
    return predictions, labels


def _times_of(line: bytes) -> tuple[datetime | None, datetime | None]:
    try:
        event = _times.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError):
        return None, None
    return event.ts or (event.prediction.ts if event.prediction else None), event.labeled_at


def _decoded_times(
    path: str, number: int, line: bytes, decoder: EventDecoder
) -> tuple[datetime | None, datetime | None]:
    """Those of its first event, where it holds several: they were made together."""
    try:
        read = decoder.decode(Record(Partition(path, 0), number, line), LATEST, [])
    except DecodeError:
        return None, None
    if isinstance(read, list):
        if not read:
            return None, None
        read = read[0]
    if isinstance(read, tuple):
        return read[0].ts, read[1].labeled_at
    return (read.ts, None) if isinstance(read, Prediction) else (None, read.labeled_at)
