"""What a file of labels holds: labels as events, or the answers that people gave in a labelling tool."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from monitor.domain.labelling.annotation import Annotation


class LabelFormat(StrEnum):
    """How labels stand in a file; `AUTO` is told by its content."""

    AUTO = "auto"
    CSV = "csv"
    JSONL = "jsonl"
    LABEL_STUDIO = "label-studio"


class StatedLabel(msgspec.Struct, frozen=True):
    """A label as the file states it: its line, from 1, and the event's bytes, which nobody has checked yet."""

    line: int
    event: bytes


class StatedLabels(msgspec.Struct, frozen=True):
    """Labels in lines. `problems` are lines that hold no label at all, each in words with its place."""

    format: LabelFormat
    labels: Sequence[StatedLabel]
    problems: Sequence[str] = ()


class AnsweredTask(msgspec.Struct, frozen=True):
    """A ticket in the tool, with its answers. `prediction_id` is "" where the task does not name it.

    `changed_at` is when the tool last changed it; `left_out` says that the file holds fewer answers than the tool.
    """

    number: str
    project: str
    prediction_id: str
    answers: Sequence[Annotation]
    changed_at: datetime | None = None
    left_out: bool = False


class AnsweredTasks(msgspec.Struct, frozen=True):
    """The export of a labelling tool: tasks in the order of the file."""

    format: LabelFormat
    tasks: Sequence[AnsweredTask]
