"""Use case: an archive forgets its oldest days. They leave the manifest at once, and then their files go."""

from collections.abc import Sequence
from datetime import date

from monitor.archive.archive import settle
from monitor.archive.ports import ArchivedFile, ArchiveFiles, ArchivingStore
from monitor.errors import ChangedMeanwhileError


def files_before(files: Sequence[ArchivedFile], before: date) -> list[ArchivedFile]:
    """Those of the files that hold rows of days before that one."""
    return [file for file in files if file.day < before]


def forget(store: ArchivingStore, files: ArchiveFiles, before: date) -> list[ArchivedFile]:
    """Let the archive hold nothing of the days before that any more, be their files sound or not; the files that went.

    No day between others goes: readers take an archive to be whole from its first day on. Killed on its way it did all
    of it or none: what is in no manifest is removed by the next writing. What the database holds of those days stays as
    it is, and counts as archived.

    Raises:
        ConfigError: the archive is damaged, another database's, or nothing may be written there.
        UnavailableError: the archive or the database is out of reach.
    """
    gone: list[ArchivedFile] = []
    while True:
        state = settle(store, files)
        begun = store.generation(state.number)
        files.sweep(begun)
        if not (held := files_before(state.files, before)):
            return gone
        try:
            with store.committing(begun) as number:
                files.commit(state.number, number, (), {file.path for file in held})
        except ChangedMeanwhileError:
            continue  # somebody archived, or rows were erased: look again
        gone += held
