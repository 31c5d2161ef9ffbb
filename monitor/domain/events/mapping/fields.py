"""What a mapping says: for each field of an event, where it lies in a record, and how it is read."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from enum import StrEnum
from typing import Literal

import msgspec

from monitor.domain.events.mapping.paths import Path

Constant = str | int | float | bool | None
EventKind = Literal["prediction", "label"]


class ReadAs(StrEnum):
    """How the value at a path becomes the value of a field."""

    TEXT = "text"  # an id, a name, a text; a whole number stands for its digits
    NUMBER = "number"
    TIME = "time"
    INTENT = "intent"  # a name, by the spelling and the table of the field
    WORD = "word"  # one of the words that we know, by the table of the field
    SLICES = "slices"  # an object of texts
    SCORES = "scores"  # an object of numbers by intent, a list of both, or two lists


class TimeFormat(StrEnum):
    """How a time is written: as text with a date, or as what has passed since 1970 in UTC."""

    RFC3339 = "rfc3339"
    EPOCH_S = "epoch_s"
    EPOCH_MS = "epoch_ms"
    EPOCH_US = "epoch_us"


class MappedField(msgspec.Struct, frozen=True):
    """One field of an event, `name` as docs/events.md has it, and where it is from.

    Several `paths` are joined, with `between` in between; of scores they are the names and the numbers. Without a path
    it is `constant`, which otherwise stands in where nothing is there, or null. What is `needed` refuses a record that
    lacks it. Null is nothing, unless the field is needed or `null_says` something.
    """

    name: str
    paths: Sequence[Path] = ()
    constant: Constant = None
    reading: ReadAs = ReadAs.TEXT
    needed: bool = False
    null_says: bool = False
    between: str = ""
    time: TimeFormat = TimeFormat.RFC3339
    zone: tzinfo | None = None
    lower: bool = False
    table: Mapping[str, str | None] = {}
    digits: bool = False
    """Whether a number may be a text, as in CSV."""
    items: tuple[str, str] | None = None
    """Where scores are a list of objects: how each names its intent and its score."""


class EventMapping(msgspec.Struct, frozen=True):
    """What a topic's records are, and where each field of them is."""

    kind: EventKind
    fields: Sequence[MappedField]
