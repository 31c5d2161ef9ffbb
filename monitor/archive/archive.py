"""Use case: what retention will drop is written into the archive first, each row once, whatever happens in between.
What became of a prediction since is a row of its own.

The manifest decides what the archive holds, and the database follows it: rows are marked as archived once the manifest
names their file. Who is killed before that leaves files that nobody reads; who is killed after it leaves rows that the
next writing marks before it looks for others.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from monitor.archive.ports import (
    Archived,
    ArchivedFile,
    ArchiveFiles,
    ArchiveKind,
    ArchiveState,
    ArchivingStore,
    SettledWriting,
)
from monitor.errors import ChangedMeanwhileError

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
HELD = 24 << 20  # bytes of rows in memory, about; what is made of them comes on top


def archive(
    store: ArchivingStore,
    files: ArchiveFiles,
    before: datetime,
    written: Callable[[int], object] = lambda _rows: None,
    now: datetime | None = None,
) -> Archived:
    """Archive what is due: every label, and predictions made `before` then. `written` is given the rows of each step.

    Readers may count on it until then, but not beyond `now`: what is still to come is not in it.

    Raises:
        ConfigError: the archive is damaged, another database's, or nothing may be written there.
        UnavailableError: the archive or the database is out of reach, or a disk full. What was added stays.
    """
    _begin(store, files)
    added: list[ArchivedFile] = []
    # Labels first: whatever one of them completed is then complete when its prediction is looked at.
    for kind in (ArchiveKind.LABELS, ArchiveKind.PREDICTIONS):
        after: str | None = ""
        while after is not None:
            state = settle(store, files)
            begun = store.generation(state.number)
            upto = _gather(store, files, kind, before, after)
            try:
                step = _commit(store, files, state, begun)
            except ChangedMeanwhileError:
                # An erasure, or another who archives: look at these rows again. Of what was written nothing may stay.
                files.sweep(store.generation(0))
                continue
            written(sum(file.rows for file in step))
            added += step
            after = upto
    _note_whole(store, files, before if now is None else min(before, now))
    files.sweep(store.generation(settle(store, files).number))
    return Archived(files.url, before, added)


def settle(store: ArchivingStore, files: ArchiveFiles) -> ArchiveState:
    """Mark what the archive holds and the database does not know of yet; the archive's state.

    Raises:
        ConfigError: the archive is damaged, or another database's.
        UnavailableError: the archive or the database is out of reach.
    """
    settled = store.settled()
    state = files.state(settled)
    for file in state.files:
        if file.number > settled.number:
            for keys in files.keys(file):
                store.mark(file.kind, keys)
    now = SettledWriting(state.number, files.place_number)
    if state.number and now != settled:
        store.note_settled(now)
    return state


def _begin(store: ArchivingStore, files: ArchiveFiles) -> None:
    """An archive begins with an empty manifest: what lies there is never in doubt. It holds nothing that was erased."""
    while not settle(store, files).number:
        erasures = store.erasures().erasures
        with suppress(ChangedMeanwhileError):
            with store.committing(store.generation(0)) as first:
                files.commit(0, first, (), frozenset(), _NEVER)
            store.note_archive_erased(erasures)


def _note_whole(store: ArchivingStore, files: ArchiveFiles, before: datetime) -> None:
    """All that was due is in it: readers may count on what was predicted `before` then. A later time stands."""
    while True:
        state = settle(store, files)
        if state.until is not None and state.until >= before:
            return
        with suppress(ChangedMeanwhileError), store.committing(store.generation(state.number)) as number:
            files.commit(state.number, number, (), frozenset(), before)


def _gather(
    store: ArchivingStore, files: ArchiveFiles, kind: ArchiveKind, before: datetime, after: str
) -> str | None:
    """Take due rows into memory, until there are enough or no more; where to go on."""
    files.forget()
    upto: str | None = after
    while upto is not None and files.held < HELD:
        due = store.due(kind, before, upto)
        files.keep(kind, due.columns)
        upto = due.upto
    return upto


def _commit(
    store: ArchivingStore, files: ArchiveFiles, state: ArchiveState, begun: int
) -> list[ArchivedFile]:
    if not files.held:
        return []
    step = list(files.write(begun + 1))
    with store.committing(begun) as number:
        files.commit(state.number, number, step, frozenset())
    return step
