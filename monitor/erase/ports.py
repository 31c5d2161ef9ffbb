"""Where a subject's predictions are erased, and what a person is told of it."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from monitor.archive.ports import ErasedInArchive, Rewritten


class Erased(NamedTuple):
    """What an erasure removed: rows by table, the fingerprints that stay, and whether the bytes are gone, too.

    `prediction_ids` are those that were named, and those of the subject; `held` are those of which a prediction or an
    outcome was there.
    """

    rows: Mapping[str, int]
    fingerprints: Sequence[str]
    overwritten: bool
    prediction_ids: Sequence[str]
    held: Set[str]


class ErasureStore(Protocol):
    """Where predictions are erased."""

    def erase(self, prediction_ids: Sequence[str], subject: str | None, now: datetime) -> Erased:
        """Remove predictions by id and by the stored hash of their subject, and all that rests on them.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...


class ErasableArchive(Protocol):
    """The archive that is written from the database, where there is one."""

    @property
    def url(self) -> str:
        """Where it lies."""
        ...

    def ids_of(self, subjects: Mapping[str, datetime]) -> Set[str]:
        """The ids of people's predictions until then, by the stored hashes, also of what the database has dropped.

        Raises:
            ConfigError: the archive is damaged.
            UnavailableError: it is out of reach.
        """
        ...

    def erase(self, prediction_ids: Sequence[str], subjects: Mapping[str, datetime]) -> ErasedInArchive:
        """Leave these out, and what earlier erasures asked for that did not reach it; what was left out.

        Raises:
            ConfigError: the archive is damaged, or nothing may be written there.
            UnavailableError: it is out of reach, or a disk full.
        """
        ...


class ArchiveReceipt(msgspec.Struct, frozen=True):
    """What became of the erased in the archive at `url`: the files that held rows of them, each with how many went and
    which file holds the others; rows of so many different `predictions`, or of their labels. `problem`: why some may
    still be there; the same erasure again completes it.
    """

    url: str
    files: Sequence[Rewritten]
    predictions: int = 0
    problem: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """What was erased, told without repeating anything that was.

    `predictions` is how many different ones, wherever they lay; in the database, as a prediction or as an outcome, so
    many of them: `in_database`. `removed` counts rows by table there. `remembered` are the hashes that stop these
    predictions from being taken in again. `overwritten` is whether the database holds no more of their bytes, not even
    as free space. `out_of_reach` is where copies may still be, and what to do there. `archive`: None where there is
    none.
    """

    at: datetime
    asked_for: str
    predictions: int
    in_database: int
    removed: Mapping[str, int]
    remembered: Sequence[str]
    overwritten: bool
    out_of_reach: Sequence[str]
    archive: ArchiveReceipt | None = None
