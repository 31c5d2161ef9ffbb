"""Use case: the archive follows an erasure. The files that hold rows of the erased are written anew without them."""

from collections.abc import Sequence, Set

from monitor.archive.archive import settle
from monitor.archive.ports import (
    ArchivedFile,
    ArchivedRows,
    ArchiveFiles,
    ArchiveKind,
    ArchivingStore,
    ErasedInArchive,
    ErasedRows,
    Rewritten,
)
from monitor.errors import ChangedMeanwhileError


def ids_of(store: ArchivingStore, files: ArchiveFiles, rows: ArchivedRows, erased: ErasedRows) -> Set[str]:
    """The prediction ids that the archive knows these by, also of what the database has dropped.

    Raises:
        ConfigError: the archive is damaged, or another database's.
        UnavailableError: it is out of reach.
    """
    state = files.state(store.settled())
    if not (erased.ids or erased.fingerprints or erased.subjects):
        return frozenset()
    found = (rows.matching(file, erased) for file in state.files if file.kind is ArchiveKind.PREDICTIONS)
    return frozenset().union(*found)


def erase_archived(
    store: ArchivingStore, files: ArchiveFiles, rows: ArchivedRows, erased: ErasedRows
) -> ErasedInArchive:
    """Leave the rows of the erased out of every file, once they are gone from the database; what was left out.

    What killed writings left goes, too. Done again, it does what is left to do.

    Raises:
        ConfigError: the archive is damaged, another database's, or nothing may be written there.
        UnavailableError: it is out of reach, or a disk full.
    """
    ids, done = set(erased.ids), list[Rewritten]()
    left_out: set[str] = set()
    clean: dict[str, int] = {}  # files that hold none of so many ids
    while True:
        state = settle(store, files)
        begun = store.generation(state.number)
        files.sweep(begun)
        held, found = _holding(state.files, rows, erased, ids, clean)
        if not held:
            return ErasedInArchive(done, left_out)
        step = [(file, rows.without(file, ids, begun + 1)) for file in held]
        try:
            with store.committing(begun) as number:
                kept = [new for _, new in step if new is not None]
                files.commit(state.number, number, kept, {file.path for file in held})
        except ChangedMeanwhileError:
            continue  # somebody archived: look through what came
        done += [_rewritten(file, new) for file, new in step]
        left_out |= found


def _holding(
    files: Sequence[ArchivedFile],
    rows: ArchivedRows,
    erased: ErasedRows,
    ids: set[str],
    clean: dict[str, int],
) -> tuple[list[ArchivedFile], Set[str]]:
    """The files that hold rows of the erased, and about which ids. `ids` grows by those that a hash names; then all is
    looked at again.
    """
    ordered = sorted(files, key=lambda file: file.kind is not ArchiveKind.PREDICTIONS)
    while True:
        known, held, about = len(ids), [], set[str]()
        for file in ordered:
            if clean.get(file.path) == len(ids):
                continue
            if found := rows.matching(file, erased._replace(ids=frozenset(ids))):
                held.append(file)
                ids |= found
                about |= found
            else:
                clean[file.path] = len(ids)
        if len(ids) == known:
            return held, about


def _rewritten(file: ArchivedFile, new: ArchivedFile | None) -> Rewritten:
    if new is None:
        return Rewritten(file.path, file.kind, file.day, file.rows, None)
    return Rewritten(file.path, file.kind, file.day, file.rows - new.rows, new.path)
