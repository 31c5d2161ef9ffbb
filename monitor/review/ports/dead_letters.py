"""Records that were refused: where each lay, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class RefusedRecord(NamedTuple):
    """A dead letter: the record's place, a stable code, why in words, and when it was refused."""

    topic: str
    partition: int
    offset: int
    code: str
    detail: str
    failed_at: datetime


class DeadLetterRecords(Protocol):
    """What the database says of refused records. Reads only; the bytes themselves are in the dead-letter topic."""

    def newest(self, most: int) -> Sequence[RefusedRecord]:
        """Those refused last, the newest first."""
        ...

    def by_code(self) -> Mapping[str, int]:
        """How many were ever refused, by code, the most first."""
        ...
