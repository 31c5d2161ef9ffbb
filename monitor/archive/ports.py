"""What an archive consists of, and what archiving needs of the world."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

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


class SettledWriting(NamedTuple):
    """The last writing of which every row is marked as archived, 0 where there is none; `place` stands for where."""

    number: int
    place: int | None


class ArchiveState(NamedTuple):
    """What an archive consists of after so many writings; none of it, 0, where there is no archive yet.

    `until`: what was predicted before then, and had come by the last writing, is in it.
    """

    number: int
    files: Sequence[ArchivedFile]
    until: datetime | None = None


class DueRows(NamedTuple):
    """Rows that are due, by the archive's columns in their order; `upto` is where looking goes on, None at the end."""

    columns: Sequence[Sequence[Any]]
    upto: str | None


class DueDay(NamedTuple):
    """So many rows of a kind that would be archived under a day."""

    kind: ArchiveKind
    day: date
    rows: int


class ErasedRows(NamedTuple):
    """Whose rows go: those of prediction ids; of ids by their `fingerprint`, where nothing else of them is known; and
    of people, by the stored hash, what was predicted until then. So many `erasures` asked for it.
    """

    ids: Set[str]
    fingerprints: Set[str]
    subjects: Mapping[str, datetime]
    erasures: int = 0


class ArchivingStore(Protocol):
    """The database that an archive is written from. It knows what of its rows the archive holds.

    The *generation* is a number that rises with each writing of the archive and with each erasure. Whoever read rows
    under one may add them to the archive only while it is the same: so nobody archives what was erased meanwhile, and
    of two who archive at once the second looks again.
    """

    def owner(self) -> int:
        """The number that stands for this database; made at the first call."""
        ...

    def generation(self, least: int) -> int:
        """The generation now; it is raised to `least` first, where a writing ended before the database knew."""
        ...

    def due(self, kind: ArchiveKind, before: datetime, after: str) -> DueRows:
        """Some rows of ids beyond `after` that no archive holds: labels, and predictions made `before` that.

        A label is due again whenever it is corrected, a prediction once it is drawn, and once it is complete. Nothing
        is locked, and the reading is over when this returns.
        """
        ...

    def committing(self, begun: int) -> AbstractContextManager[int]:
        """The number of a writing, which nobody else can end at the same time; kept short.

        Raises:
            ChangedMeanwhileError: the generation is no longer the one that was `begun` under.
        """
        ...

    def settled(self) -> SettledWriting:
        """The last writing of which every row is marked as archived, and where that was."""
        ...

    def mark(self, kind: ArchiveKind, keys: Sequence[tuple[Any, ...]]) -> None:
        """The archive holds these: predictions by id, the model's names, the draw's design and the place of completion
        (None: not yet), labels by id, revision and time.
        """
        ...

    def note_settled(self, settled: SettledWriting) -> None:
        """Every row of the writings up to this one is marked, and the archive lies there now."""
        ...

    def erasures(self) -> ErasedRows:
        """What was ever erased, and how many erasures that were."""
        ...

    def archive_erased(self) -> int:
        """How many of the erasures the archive has followed, the first so many."""
        ...

    def note_archive_erased(self, erasures: int) -> None:
        """The archive has followed so many."""
        ...

    def note_trouble(self, at: datetime | None) -> None:
        """The archive can't be written since then, if it was not known already; None: it can."""
        ...


class ArchiveFiles(Protocol):
    """The files of an archive, as they are written and read."""

    @property
    def url(self) -> str:
        """Where it lies."""
        ...

    @property
    def held(self) -> int:
        """About how many bytes of rows are kept in memory, for the next file of each day."""
        ...

    @property
    def place_number(self) -> int:
        """A number that stands for where it lies."""
        ...

    def state(self, settled: SettledWriting) -> ArchiveState:
        """What the archive consists of.

        Raises:
            ConfigError: its manifest is missing or damaged, older than the `settled` writing, or another database's.
            UnavailableError: it is out of reach, or nothing lies where it was settled.
        """
        ...

    def keep(self, kind: ArchiveKind, columns: Sequence[Sequence[Any]]) -> None:
        """Take rows into memory; none where there is no column."""
        ...

    def forget(self) -> None:
        """Let go of the rows in memory."""
        ...

    def write(self, number: int) -> Sequence[ArchivedFile]:
        """Write what is in memory as files, one a day, that are no part of the archive yet; memory is empty then.

        Raises:
            ChangedMeanwhileError: an erasure swept one away.
            ConfigError: nothing may be written there.
            UnavailableError: the disk is full, or the archive out of reach.
        """
        ...

    def commit(
        self,
        seen: int,
        number: int,
        added: Sequence[ArchivedFile],
        removed: Set[str],
        until: datetime | None = None,
    ) -> None:
        """Let the archive consist of its files without the `removed`, and of these; whole `until` then, if that is new.

        Raises:
            ChangedMeanwhileError: it is no longer in the state that was `seen`.
        """
        ...

    def keys(self, file: ArchivedFile) -> Iterator[Sequence[tuple[Any, ...]]]:
        """What tells the rows of a file from others, some thousand at a time, as `ArchivingStore.mark` takes them."""
        ...

    def sweep(self, generation: int) -> int:
        """Remove what writings before this generation left that did not come to their end; how many files."""
        ...


class ArchivedRows(Protocol):
    """The rows within the files of an archive, to be looked through and left out."""

    def matching(self, file: ArchivedFile, erased: ErasedRows) -> Set[str]:
        """The prediction ids of a file's rows that go.

        Raises:
            ConfigError: the file is not whole.
            UnavailableError: the archive is out of reach.
        """
        ...

    def without(self, file: ArchivedFile, ids: Set[str], number: int) -> ArchivedFile | None:
        """A file with the rows of another that are not about these ids, no part of the archive yet; None: none is left.

        Raises:
            ConfigError: the other is not whole, or nothing may be written there.
            UnavailableError: the disk is full, or the archive out of reach.
        """
        ...


class Rewritten(msgspec.Struct, frozen=True):
    """A file that held rows of the erased: how many went, and which file holds the others now; None: there are none."""

    path: str
    kind: ArchiveKind
    day: date
    rows: int
    now: str | None


class ErasedInArchive(NamedTuple):
    """The files of an archive that held rows of the erased, and the prediction ids that these were about."""

    files: Sequence[Rewritten]
    prediction_ids: Set[str]


class Archived(NamedTuple):
    """What was added to the archive at `url`; predictions made before then are in it."""

    url: str
    before: datetime
    files: Sequence[ArchivedFile]


class CheckedFile(NamedTuple):
    """A file, and what is wrong with it as sentences; none where it is sound."""

    file: ArchivedFile
    problems: Sequence[str]


class CheckedArchive(NamedTuple):
    """What was found in the archive at `url`, after so many writings."""

    url: str
    number: int
    files: Sequence[CheckedFile]

    @property
    def problems(self) -> list[str]:
        """What is wrong with any of its files."""
        return [problem for checked in self.files for problem in checked.problems]
