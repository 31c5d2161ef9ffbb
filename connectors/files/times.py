"""When the events of a file happened: a path in, the times of its predictions and of its labels out."""

from array import array
from datetime import datetime

import msgspec

from connectors.files.lines import CHUNK, Lines


class _Inside(msgspec.Struct):
    ts: datetime | None = None


class _Times(msgspec.Struct):
    ts: datetime | None = None
    labeled_at: datetime | None = None
    prediction: _Inside | None = None


_times = msgspec.json.Decoder(_Times)


def times_in(path: str) -> tuple["array[float]", "array[float]"]:
    """Seconds since 1970 of the predictions and of the labels; a line that can't be read has none.

    Raises:
        ConfigError: the file is not what its name says.
        UnavailableError: the disk failed.
    """
    predictions, labels = array("d"), array("d")
    lines = Lines(path)
    while batch := lines.take(CHUNK):
        for _, line in batch:
            try:
                event = _times.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError):
                continue
            made = event.ts or (event.prediction.ts if event.prediction else None)
            if made is not None and made.tzinfo is not None:
                predictions.append(made.timestamp())
            if event.labeled_at is not None and event.labeled_at.tzinfo is not None:
                labels.append(event.labeled_at.timestamp())
    lines.close()
    return predictions, labels
