"""Rows in, a whole Parquet file of an archive out; and the manifest in the place of the last one.

On a disk each is written beside its name, forced to the disk, and renamed. In a bucket an object is there once it is
complete. So a name is taken by all of a file or by none of it.
"""

import os
import uuid
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.lake.columns import FORMAT
from connectors.lake.manifest import MANIFEST, Manifest, written
from connectors.lake.places import ArchivePlace
from monitor.archive.ports import ArchivedFile, ArchiveKind
from monitor.errors import ChangedMeanwhileError, ConfigError

ROW_GROUP = 1 << 17
# Few values for many rows; of ids a dictionary would only be begun and thrown away.
_REPEATED = [
    *("model", "version", "environment", "predicted", "draw_design"),
    *("intent", "kind", "design", "scope_model", "scope_version", "scope_environment", "annotator"),
]
TEMPORARY = ".part"


def write_file(
    place: ArchivePlace, kind: ArchiveKind, day: date, rows: pa.Table, number: int
) -> ArchivedFile:
    """Write the rows of a day; its name holds the `number` that the archive's writing is to have.

    Raises:
        ChangedMeanwhileError: an erasure swept it away before it was whole.
        ConfigError: nothing may be written there.
        UnavailableError: the disk is full, or the bucket does not answer.
    """
    sink = pa.BufferOutputStream()
    repeated = [name for name in rows.column_names if name in _REPEATED]
    pq.write_table(rows, sink, row_group_size=ROW_GROUP, compression="zstd", use_dictionary=repeated)
    content = sink.getvalue()
    path = f"{kind}/day={day.isoformat()}/{number:08}-{uuid.uuid4().hex}.parquet"
    put(place, path, content)
    return ArchivedFile(
        path=path,
        kind=kind,
        day=day,
        rows=rows.num_rows,
        bytes=content.size,
        sha256=sha256(content).hexdigest(),
        format=FORMAT,
        number=number,
        columns=tuple(rows.column_names),
    )


def replace_manifest(place: ArchivePlace, manifest: Manifest) -> None:
    """Let the archive consist of these files from now on."""
    put(place, MANIFEST, written(manifest))


def put(place: ArchivePlace, path: str, content: bytes | pa.Buffer) -> None:
    """Write a file whole or not at all; one of that name gives place to it."""
    with place.reached():
        if place.local:
            _put_on_disk(Path(place.full(path)), content)
            return
        with place.files.open_output_stream(place.full(path)) as stream:
            stream.write(content)


def _put_on_disk(path: Path, content: bytes | pa.Buffer) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as err:  # as /proc answers
        raise ConfigError([f"the folder {path.parent} cannot be made; name another for the archive"]) from err
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}{TEMPORARY}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            beside.replace(path)
        except FileNotFoundError as err:
            raise ChangedMeanwhileError(f"{beside} was swept away by an erasure") from err
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):  # the names, too: that of a new day's folder
        _force(folder)


def _force(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
