"""Archives for tests: rows, and files of them as they are written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from connectors.lake.archive import SCHEMAS, Archive
from connectors.lake.manifest import with_files
from connectors.lake.places import opened_place, place_of
from connectors.lake.store import ArchiveFiles
from connectors.lake.writing import replace_manifest, write_file
from connectors.sql.archiving import ArchivingStore
from connectors.sql.retention import drop_old_predictions
from monitor.archive.archive import archive
from monitor.archive.ports import Archived, ArchivedFile, ArchiveKind, DueRows
from tests import stored

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = NOON.date()
P = ArchiveKind.PREDICTIONS


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


class Archiving:
    """A database, and an archive in a folder that is written from it."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.store = ArchivingStore(engine)
        self.url = f"file:{folder / 'archive'}"
        self.engine = engine

    def files(self) -> ArchiveFiles:
        return ArchiveFiles(opened_place(self.url), self.store.owner())

    def run(self, days: int = 11) -> Archived:
        """Archive what was made more than ten days before so many days after noon."""
        return archive(self.store, self.files(), stored.NOON + timedelta(days=days - 10))

    def drop(self, days: int = 11) -> int:
        return drop_old_predictions(self.engine, stored.NOON + timedelta(days=days), 10, archived_only=True)

    def rows(self, kind: ArchiveKind) -> list[dict[str, Any]]:
        """Every row that the archive holds, in the order of its files."""
        reader = Archive(self.url)
        return [
            row
            for file in reader.files(kind)
            for row in pq.read_table(
                reader.location(file), filesystem=reader.filesystem, partitioning=None
            ).to_pylist()
        ]

    def ids(self, kind: ArchiveKind = P) -> list[str]:
        name = "prediction_id" if kind is P else "label_id"
        return sorted(row[name] for row in self.rows(kind))


class Meddled(ArchivingStore):
    """A store beside which something is done once, after the first rows were read."""

    def __init__(self, engine: Engine, meddle: Callable[[], object]) -> None:
        super().__init__(engine)
        self._meddle: Callable[[], object] | None = meddle

    def due(self, kind: ArchiveKind, before: datetime, after: str) -> DueRows:
        found = super().due(kind, before, after)
        if self._meddle is not None:
            meddle, self._meddle = self._meddle, None
            meddle()
        return found
