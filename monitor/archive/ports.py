"""What an archive consists of."""

from datetime import date
from enum import StrEnum

import msgspec


class ArchiveKind(StrEnum):
    """What the files of a folder hold."""

    PREDICTIONS = "predictions"
    LABELS = "labels"


class ArchivedFile(msgspec.Struct, frozen=True, order=True):
    """A whole file of an archive, as the manifest names it.

    `path` is meant from the archive's root. All rows are of one `day`: that of a prediction's `ts`, or the day on which
    a label came. `columns` are those that the file has; one that came later reads as null. `format` is the layout's
    number, and `number` that of the writing which added the file. Nothing ever changes a file: a new one takes its
    place.
    """

    path: str
    kind: ArchiveKind
    day: date
    rows: int
    bytes: int
    sha256: str
    format: int
    number: int
    columns: tuple[str, ...]
