"""An archive's files in, sound or not at all: one that is cut short, gone, changed or too new is never read."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import FileSystem

from connectors.lake import manifest as manifests
from connectors.lake.columns import FORMAT, LABELS, PREDICTIONS
from connectors.lake.manifest import MANIFEST, Manifest
from connectors.lake.places import ArchivePlace, opened_place
from monitor.archive.ports import ArchivedFile, ArchiveKind
from monitor.errors import ConfigError

SCHEMAS = {ArchiveKind.PREDICTIONS: PREDICTIONS, ArchiveKind.LABELS: LABELS}
_AT_ONCE = 8  # files that are looked at beside each other


class Archive:
    """An archive at `file:FOLDER` or `s3://BUCKET/FOLDER`, to be read."""

    def __init__(self, url: str, place: ArchivePlace | None = None) -> None:
        self.place = place or opened_place(url)

    @property
    def filesystem(self) -> FileSystem:
        """What opens a file at its `location`."""
        return self.place.files

    def location(self, file: ArchivedFile) -> str:
        """A file as the `filesystem` names it: on a disk an absolute path, in a bucket `BUCKET/KEY`."""
        return self.place.full(file.path)

    def manifest(self) -> Manifest:
        """What the archive consists of.

        Raises:
            ConfigError: there is no folder, no manifest, or none that can be read.
            UnavailableError: the archive is out of reach.
        """
        content = self.place.content(MANIFEST)
        if content is None and self.place.local and not Path(self.place.root).is_dir():
            raise ConfigError(
                [f"the archive {self.place.url}: there is no such folder; name the one that holds it"]
            )
        return manifests.read(content, self.place.url)

    def files(
        self,
        kind: ArchiveKind,
        since: date | None = None,
        until: date | None = None,
        *,
        hashes: bool = True,
    ) -> Sequence[ArchivedFile]:
        """The files of one kind, from the day `since` on and before `until`, each looked at first.

        Without `hashes` a file that was changed within, at the same length, is not found out, and not all is read.

        Raises:
            ConfigError: what is wrong with the manifest, or with every file that is not sound.
            UnavailableError: the archive is out of reach.
        """
        asked = [
            file
            for file in self.manifest().files
            if file.kind == kind
            and (since is None or file.day >= since)
            and (until is None or file.day < until)
        ]
        if problems := [problem for found in self.looked_at(asked, hashes=hashes) for problem in found]:
            raise ConfigError(problems)
        return asked

    def looked_at(self, files: Sequence[ArchivedFile], *, hashes: bool = True) -> Iterator[Sequence[str]]:
        """What is wrong with each file, in their order; nothing of a sound one.

        Raises:
            UnavailableError: the archive is out of reach.
        """
        sizes = self.place.sizes([file.path for file in files])
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(partial(self._problems, hashes=hashes), files, sizes)

    def _problems(self, file: ArchivedFile, size: int | None, *, hashes: bool) -> list[str]:
        where = f"{self.place.url}: {file.path}"
        restore = (
            "restore it from a copy, or give up every day until then with"
            f" `anchorwatch archive --forget-before {file.day + timedelta(days=1)}`"
        )
        if file.format > FORMAT:
            return [f"{where} is of format {file.format}, which this version cannot read; upgrade"]
        if size is None:
            return [f"{where} is not there; {restore}"]
        if size != file.bytes:
            return [f"{where} has {size:,} bytes and was written with {file.bytes:,}; {restore}"]
        try:
            if hashes and self.place.hash_of(file.path) != file.sha256:
                return [f"{where} was changed since it was written (SHA-256); {restore}"]
            with (
                self.place.reached(file.path),
                pq.ParquetFile(self.location(file), filesystem=self.place.files) as parquet,
            ):
                rows, schema = parquet.metadata.num_rows, parquet.schema_arrow
        except ConfigError as err:
            return err.problems
        if rows != file.rows:
            return [f"{where} has {rows:,} rows and was written with {file.rows:,}; {restore}"]
        return [f"{where}: {problem}" for problem in column_problems(file.kind, schema)]


def column_problems(kind: ArchiveKind, schema: pa.Schema) -> list[str]:
    """What of a file's columns stands in the way of reading it; one that came later and may be null does not."""
    problems = []
    for field in SCHEMAS[kind]:
        number = schema.get_field_index(field.name)
        if number < 0:
            if not field.nullable:
                problems.append(f"has no column {field.name}, without which it cannot be read; write it anew")
        elif schema.field(number).type != field.type:
            problems.append(
                f"column {field.name} holds {schema.field(number).type}, and {field.type} is read; write it anew"
            )
    return problems
