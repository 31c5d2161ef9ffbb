"""The archive that the configuration names: written from the database, and checked. Libraries load when it is used."""

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime
from typing import TYPE_CHECKING

from typing_extensions import override

from connectors.sql.archiving import ArchivingStore
from monitor.app.clock import now
from monitor.app.findings import CheckResult, CheckStatus
from monitor.app.oncall_stores import OnCallStores
from monitor.archive.archive import archive
from monitor.archive.due import due_days
from monitor.archive.erasing import erase_archived, ids_of
from monitor.archive.forgetting import files_before, forget
from monitor.archive.ports import (
    Archived,
    ArchivedFile,
    CheckedArchive,
    CheckedFile,
    DueDay,
    ErasedInArchive,
    ErasedRows,
)
from monitor.erase.ports import ErasableArchive
from monitor.errors import ConfigError
from monitor.settings.settings import Settings

if TYPE_CHECKING:
    from connectors.lake.erasing import ArchivedRows
    from connectors.lake.store import ArchiveFiles


def archive_url(settings: Settings) -> str:
    """Where the archive lies.

    Raises:
        ConfigError: the configuration names none.
    """
    if settings.retention.archive is None:
        raise ConfigError(["retention.archive: not set; write file:FOLDER or s3://BUCKET/FOLDER"])
    return settings.retention.archive


def archive_files(stores: OnCallStores) -> "ArchiveFiles":
    """The files of the archive that is written from this database.

    Raises:
        ConfigError: the configuration names none.
        UnavailableError: nobody says where it lies.
    """
    from connectors.lake.places import opened_place
    from connectors.lake.store import ArchiveFiles

    return ArchiveFiles(opened_place(archive_url(stores.settings)), ArchivingStore(stores.engine).owner())


def archive_due(
    stores: OnCallStores, before: datetime, written: Callable[[int], object] = lambda _rows: None
) -> Archived:
    """Archive what is due: every label, and predictions made `before` then. `written` is given the rows of each step.

    Raises:
        ConfigError: there is no archive, it is damaged, another database's, or nothing may be written there.
        UnavailableError: it or the database is out of reach, or a disk full. What was added stays.
    """
    return archive(ArchivingStore(stores.engine), archive_files(stores), before, written, now())


def forget_trouble(stores: OnCallStores) -> None:
    """The archive can be written again, or there is none any more: `status` says no more that it could not."""
    ArchivingStore(stores.engine).note_trouble(None)


def due_now(stores: OnCallStores, before: datetime) -> list[DueDay]:
    """What `archive_due` would write: rows by kind and day. Nothing is written, and the archive is not asked.

    Raises:
        UnavailableError: the database is out of reach.
    """
    from connectors.lake.due import days_of

    return due_days(ArchivingStore(stores.engine), days_of, before)


def held_of(stores: OnCallStores, before: date) -> list[ArchivedFile]:
    """The files that `forget_days` would remove.

    Raises:
        ConfigError: there is no archive, it is damaged or another database's.
        UnavailableError: it or the database is out of reach.
    """
    settled = ArchivingStore(stores.engine).settled()
    return files_before(archive_files(stores).state(settled).files, before)


def forget_days(stores: OnCallStores, before: date) -> list[ArchivedFile]:
    """Let the archive hold nothing of the days before that any more; the files that are gone.

    Raises:
        ConfigError: there is no archive, it is damaged, another database's, or nothing may be written there.
        UnavailableError: it or the database is out of reach.
    """
    return forget(ArchivingStore(stores.engine), archive_files(stores), before)


def check_archive(
    url: str, looked_at: Callable[[int, int], object] = lambda _number, _of: None
) -> CheckedArchive:
    """Read every file of an archive again. `looked_at` is given how many of how many were, after each.

    Raises:
        ConfigError: it has no manifest that can be read.
        UnavailableError: it is out of reach.
    """
    from connectors.lake.archive import Archive

    archive_read = Archive(url)
    manifest = archive_read.manifest()
    checked = []
    for file, problems in zip(manifest.files, archive_read.looked_at(manifest.files), strict=True):
        checked.append(CheckedFile(file, problems))
        looked_at(len(checked), len(manifest.files))
    return CheckedArchive(archive_read.place.url, manifest.number, checked)


def archive_finding(url: str, stores: OnCallStores | None) -> Sequence[CheckResult]:
    """Whether the archive is there and its manifest can be read. No file is read, and nothing is written.

    Raises:
        ConfigError: its manifest can't be read.
        UnavailableError: it is out of reach, or not where it was written from the database of these `stores`.
    """
    from connectors.lake.archive import Archive
    from connectors.lake.manifest import MANIFEST
    from connectors.lake.store import ArchiveFiles

    found = Archive(url)
    if found.place.content(MANIFEST) is None:
        if stores is not None:
            ArchiveFiles(found.place, owner=0).state(ArchivingStore(stores.engine).settled())
        detail = f"{found.place.url} answers, and holds no archive yet"
        return [
            CheckResult("archive", CheckStatus.WARNING, detail, "the first retention makes it, or `archive`")
        ]
    files = found.manifest().files
    return [CheckResult("archive", CheckStatus.GOOD, f"{found.place.url}, {len(files)} files (not read)")]


def erasures_owed(stores: OnCallStores) -> Sequence[CheckResult]:
    """Whether the archive has followed every erasure."""
    store = ArchivingStore(stores.engine)
    owed = store.erasures().erasures - store.archive_erased()
    if owed <= 0 or not store.settled().number:
        return []
    return [
        CheckResult(
            "archive",
            CheckStatus.BAD,
            f"{owed} erasures have not reached the archive, which may hold what they erased",
            "the next `anchorwatch erase` completes them; give the last one again",
        )
    ]


class OurArchive(ErasableArchive):
    """The archive that is written from a database, to be rid of what is erased there. Its URL must be configured."""

    def __init__(self, stores: OnCallStores) -> None:
        self._stores = stores
        self._store = ArchivingStore(stores.engine)

    @property
    @override
    def url(self) -> str:
        return archive_url(self._stores.settings)

    @override
    def ids_of(self, subjects: Mapping[str, datetime]) -> Set[str]:
        return ids_of(self._store, *self._files_and_rows(), ErasedRows(frozenset(), frozenset(), subjects))

    @override
    def erase(self, prediction_ids: Sequence[str], subjects: Mapping[str, datetime]) -> ErasedInArchive:
        ever = self._store.erasures()
        wanted = ErasedRows(frozenset(prediction_ids), frozenset(), subjects)
        if self._store.archive_erased() < ever.erasures - 1:  # it did not follow an earlier one
            wanted = wanted._replace(fingerprints=ever.fingerprints, subjects={**ever.subjects, **subjects})
        done = erase_archived(self._store, *self._files_and_rows(), wanted)
        self._store.note_archive_erased(ever.erasures)
        return done

    def _files_and_rows(self) -> "tuple[ArchiveFiles, ArchivedRows]":
        from connectors.lake.erasing import ArchivedRows

        files = archive_files(self._stores)
        return files, ArchivedRows(files.place)
