"""Reads a file of labels: a path in; labels as events, or a tool's tasks with their answers, out."""

from pathlib import Path

import msgspec

from connectors.files.anchors.problems import Problems
from connectors.files.labels.label_studio import read_tasks
from connectors.files.labels.label_studio_min import read_rows
from connectors.files.labels.stream import read_stream
from connectors.files.labels.table import read_table
from connectors.files.labels.whole import text_of, whole
from monitor.labels.ports.label_files import AnsweredTasks, LabelFormat, StatedLabels

_LOOKED_AT = 1_000  # bytes of a beginning that are looked at


def read_label_file(
    path: str, format_: LabelFormat = LabelFormat.AUTO, *, project: str = "", question: str = ""
) -> StatedLabels | AnsweredTasks:
    """Read a whole file. `project` and `question` are for exports of Label Studio that leave them open.

    Raises:
        ConfigError: every problem of the file at once, each with its place and what to do.
    """
    problems = Problems(Path(path))
    data = whole(path, problems)
    match _told_by_content(data, problems) if format_ is LabelFormat.AUTO else format_:
        case LabelFormat.LABEL_STUDIO:
            minimal = b'"annotations"' not in data and b'"annotation_id"' in data
            return (read_rows if minimal else read_tasks)(data, project, question, problems)
        case LabelFormat.JSONL:
            return read_stream(data, problems)
        case _:
            return read_table(text_of(data, problems), problems)


def _told_by_content(data: bytes, problems: Problems) -> LabelFormat:
    begin = data.lstrip()[:_LOOKED_AT]
    if begin[:1] == b"[":
        return LabelFormat.LABEL_STUDIO
    if begin[:1] != b"{":
        return LabelFormat.CSV
    first = data.lstrip().split(b"\n", 1)[0]
    try:
        row = msgspec.json.decode(first)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        row = {} if len(first.strip()) > 1 else None  # a line that is broken, or an object over many lines
    if not isinstance(row, dict) or {"annotations", "annotation", "task"} & row.keys():
        what = "neither JSON lines, nor an array as Label Studio exports it; export it as JSON, or write CSV"
        raise problems.refuse("", what)
    return LabelFormat.JSONL
