"""The formats that tickets drawn for labelling are written in."""

from enum import StrEnum


class TaskFormatName(StrEnum):
    """A format by the name that people give."""

    CSV = "csv"
    JSONL = "jsonl"
    LABEL_STUDIO = "label-studio"
