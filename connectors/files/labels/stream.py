"""Labels as JSON lines, events or flat rows of columns: bytes in, events out."""

import msgspec

from connectors.files.anchors.problems import Problems
from connectors.files.labels.flat import event_of
from connectors.files.lines import says_something
from monitor.labels.ports.label_files import LabelFormat, StatedLabel, StatedLabels


def read_stream(data: bytes, problems: Problems) -> StatedLabels:
    """Every line as a label. A line that can't be read stays as it is, and is refused as such."""
    labels = [
        StatedLabel(number, _event(line))
        for number, line in enumerate(data.split(b"\n"), start=1)
        if says_something(line)
    ]
    return StatedLabels(LabelFormat.JSONL, labels, problems.listed)


def _event(line: bytes) -> bytes:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError):
        return line
    return event_of(row) if isinstance(row, dict) else line
