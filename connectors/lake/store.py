"""The files of an archive, written from rows in memory: a file a day and a step."""

import re
from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import FileSelector, FileType
from typing_extensions import override

from connectors.lake import manifest as manifests
from connectors.lake.archive import SCHEMAS
from connectors.lake.days import DAY_COLUMN, day_of, days_since_1970
from connectors.lake.manifest import MANIFEST, Manifest, with_files
from connectors.lake.places import ArchivePlace
from connectors.lake.writing import TEMPORARY, replace_manifest, write_file
from monitor.archive import ports
from monitor.archive.ports import ArchivedFile, ArchiveKind, ArchiveState, SettledWriting
from monitor.errors import ChangedMeanwhileError, ConfigError, UnavailableError

_AT_ONCE = 10_000  # keys of rows
_NUMBER = re.compile(r"\.?([0-9]{8,})-[0-9a-f]{32}\.parquet")
_KEYS = {
    ArchiveKind.PREDICTIONS: ["prediction_id", "model", "version", "environment", "draw_design", "seq"],
    ArchiveKind.LABELS: ["label_id", "revision", "labeled_at"],
}


class ArchiveFiles(ports.ArchiveFiles):
    """The `ArchiveFiles` port on a disk or a bucket. The archive is that of the database whose number is `owner`."""

    def __init__(self, place: ArchivePlace, owner: int) -> None:
        self.place = place
        self._owner = owner
        self._held: list[tuple[ArchiveKind, pa.RecordBatch]] = []

    @property
    @override
    def url(self) -> str:
        return self.place.url

    @property
    @override
    def place_number(self) -> int:
        return self.place.number

    @property
    @override
    def held(self) -> int:
        return sum(batch.nbytes for _, batch in self._held)

    @override
    def state(self, settled: SettledWriting) -> ArchiveState:
        found = self._manifest()
        if found is None:
            if settled.number and settled.place == self.place_number:
                raise UnavailableError(
                    f"the archive {self.url}: nothing lies there, and this database wrote it {settled.number} times;"
                    " mount the disk or share that holds it, or restore it; to begin anew, name another folder in"
                    " retention.archive"
                )
            return ArchiveState(0, ())
        if found.number < settled.number:
            raise ConfigError([f"the archive {self.url}: {self._why_too_old(found.number, settled)}"])
        return ArchiveState(found.number, found.files, found.until)

    @override
    def keep(self, kind: ArchiveKind, columns: Sequence[Sequence[Any]]) -> None:
        if columns:
            schema = SCHEMAS[kind]
            arrays = [pa.array(values, field.type) for field, values in zip(schema, columns, strict=True)]
            self._held.append((kind, pa.RecordBatch.from_arrays(arrays, schema=schema)))

    @override
    def forget(self) -> None:
        self._held.clear()

    @override
    def write(self, number: int) -> Sequence[ArchivedFile]:
        files = []
        for kind in ArchiveKind:
            if batches := [batch for of, batch in self._held if of == kind]:
                table = pa.Table.from_batches(batches)
                days = days_since_1970(table.column(DAY_COLUMN[kind]).cast(pa.int64()).to_numpy())
                for day in np.unique(days):
                    rows = table.filter(pa.array(days == day))
                    files.append(write_file(self.place, kind, day_of(int(day)), rows, number))
        self.forget()
        return files

    @override
    def commit(
        self,
        seen: int,
        number: int,
        added: Sequence[ArchivedFile],
        removed: Set[str],
        until: datetime | None = None,
    ) -> None:
        found = self._manifest()
        if (0 if found is None else found.number) != seen:
            raise ChangedMeanwhileError("the archive was written to meanwhile")
        self._remove([path for path in self._leftovers("") if path.startswith(f".{MANIFEST}.")])
        files = [] if found is None else [file for file in found.files if file.path not in removed]
        until = until or (None if found is None else found.until)
        replace_manifest(self.place, with_files(number, self._owner, [*files, *added], until))

    @override
    def keys(self, file: ArchivedFile) -> Iterator[Sequence[tuple[Any, ...]]]:
        with (
            self.place.reached(file.path),
            pq.ParquetFile(self.place.full(file.path), filesystem=self.place.files) as parquet,
        ):
            for batch in parquet.iter_batches(_AT_ONCE, columns=_KEYS[file.kind]):
                columns = [
                    column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
                    for column in batch.columns
                ]
                yield list(zip(*(column.to_pylist() for column in columns), strict=True))

    @override
    def sweep(self, generation: int) -> int:
        found = self._manifest()
        if found is None:
            return 0
        ours = {file.path for file in found.files}
        left = [path for kind in ArchiveKind for path in self._leftovers(kind)]
        dead = [path for path in left if path not in ours and _written_under(path) <= generation]
        self._remove(dead)
        return len(dead)

    def _manifest(self) -> Manifest | None:
        """What is there; None where nothing is, so that an archive may begin.

        Raises:
            ConfigError: there are files without a manifest, or it is another database's.
        """
        content = self.place.content(MANIFEST)
        if content is None:
            if any(path.endswith(".parquet") for kind in ArchiveKind for path in self._leftovers(kind)):
                manifests.read(content, self.url)
            return None
        found = manifests.read(content, self.url)
        if found.owner != self._owner:
            raise ConfigError(
                [
                    f"the archive {self.url} is written from another database; give this one a folder of its own in"
                    " retention.archive"
                ]
            )
        return found

    def _why_too_old(self, number: int, settled: SettledWriting) -> str:
        if settled.place in (None, self.place_number):
            return (
                f"{MANIFEST} is of writing {number}, and this database wrote it {settled.number} times;"
                " restore the newest, or name another folder in retention.archive"
            )
        return (
            "this database has written to another one since, and what lies there is not here, or this is an older copy"
            " of it; name that one again in retention.archive, or a new folder, or restore the newest"
        )

    def _leftovers(self, folder: str) -> list[str]:
        """The files in a folder of the archive, those below it, too; for the root itself only its own."""
        selector = FileSelector(
            self.place.full(folder) if folder else self.place.root,
            recursive=bool(folder),
            allow_not_found=True,
        )
        with self.place.reached():
            found = self.place.files.get_file_info(selector)
        length = len(self.place.root) + 1
        return [each.path[length:] for each in found if each.type == FileType.File]

    def _remove(self, paths: Sequence[str]) -> None:
        with self.place.reached():
            for path in paths:
                self.place.files.delete_file(self.place.full(path))


def _written_under(path: str) -> float:
    """The number of the writing that a file was for; of a name that is none of ours it never was."""
    name = path.rpartition("/")[2]
    found = _NUMBER.match(name)
    if found is None or not (name == found[0] or (name.startswith(".") and name.endswith(TEMPORARY))):
        return float("inf")
    return int(found[1])
