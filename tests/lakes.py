"""Archives for tests: rows, and files of them as they are written."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.lake.archive import SCHEMAS, Archive
from connectors.lake.manifest import with_files
from connectors.lake.places import place_of
from connectors.lake.writing import replace_manifest, write_file
from monitor.archive.ports import ArchivedFile, ArchiveKind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = NOON.date()


def prediction_row(prediction_id: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a column's own
    """A prediction as it is archived; what may be null is, unless it is given."""
    at = changes.get("ts", NOON)
    row = {"model": "tickets", "version": "7", "environment": "prod", "ts": at, "predicted": "refund"}
    return {"prediction_id": prediction_id, **row, "arrival": int(at.timestamp() * 1e6), **changes}


def label_row(label_id: str, prediction_id: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """A label as it is archived: a person's, of its first revision."""
    at = changes.get("labeled_at", NOON)
    row = {"prediction_id": prediction_id, "intent": "refund", "labeled_at": at, "revision": 1}
    more = {"retracted": False, "kind": "human", "design": "uniform", "arrival": int(at.timestamp() * 1e6)}
    return {"label_id": label_id, **row, **more, **changes}


def table_of(kind: ArchiveKind, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows with the columns of today."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMAS[kind])


def archive_of(
    folder: Path, days: Mapping[tuple[ArchiveKind, date], Sequence[Mapping[str, Any]]], number: int = 1
) -> Archive:
    """An archive in a folder, with a file for each kind and day."""
    place = place_of(f"file:{folder}")
    files = [write_file(place, kind, day, table_of(kind, rows), number) for (kind, day), rows in days.items()]
    replace_manifest(place, with_files(number, 1, files))
    return Archive(place.url)


def path_of(archive: Archive, file: ArchivedFile) -> Path:
    """Where a file lies on the disk."""
    return Path(archive.location(file))
