"""The rows of an archive's files that are about somebody: found, and left out of the files that take their place."""

from collections.abc import Set

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from typing_extensions import override

from connectors.lake.archive import Archive
from connectors.lake.places import ArchivePlace
from connectors.lake.writing import write_file
from monitor.archive import ports
from monitor.archive.ports import ArchivedFile, ErasedRows
from monitor.domain.events.subjects import fingerprint
from monitor.errors import ConfigError

_AT_ONCE = 1 << 16  # rows


class ArchivedRows(ports.ArchivedRows):
    """The `ArchivedRows` port on Parquet files."""

    def __init__(self, place: ArchivePlace) -> None:
        self._place = place

    @override
    def matching(self, file: ArchivedFile, erased: ErasedRows) -> Set[str]:
        by_subject = bool(erased.subjects) and "subjects" in file.columns
        wanted = pa.array(sorted(erased.ids), pa.string())
        found: set[str] = set()
        with (
            self._place.reached(file.path),
            pq.ParquetFile(self._place.full(file.path), filesystem=self._place.files) as parquet,
        ):
            columns = ["prediction_id", *(["subjects", "ts"] if by_subject else [])]
            for batch in parquet.iter_batches(_AT_ONCE, columns=columns):
                ids = batch.column("prediction_id")
                found.update(ids.filter(pc.is_in(ids, value_set=wanted)).to_pylist())
                if erased.fingerprints:
                    found.update(each for each in ids.to_pylist() if fingerprint(each) in erased.fingerprints)
                if by_subject:
                    found |= _about(batch, erased)
        return found

    @override
    def without(self, file: ArchivedFile, ids: Set[str], number: int) -> ArchivedFile | None:
        (problems,) = Archive(self._place.url, self._place).looked_at([file])
        if problems:
            raise ConfigError(list(problems))
        with self._place.reached(file.path):
            table = pq.read_table(
                self._place.full(file.path), filesystem=self._place.files, partitioning=None
            )
        gone = pc.is_in(table.column("prediction_id"), value_set=pa.array(sorted(ids), pa.string()))
        kept = table.filter(pc.invert(gone))
        if not kept.num_rows:
            return None
        new = write_file(self._place, file.kind, file.day, kept, number)
        return msgspec.structs.replace(new, format=file.format, number=file.number)


def _about(batch: pa.RecordBatch, erased: ErasedRows) -> set[str]:
    """The ids that are about people, of what was predicted until they were erased."""
    subjects = batch.column("subjects")
    named = pc.is_in(pc.list_flatten(subjects), value_set=pa.array(sorted(erased.subjects), pa.string()))
    rows = batch.take(pc.unique(pc.list_parent_indices(subjects).filter(named)))
    return {
        row["prediction_id"]
        for row in rows.to_pylist()
        if any(
            subject in erased.subjects and row["ts"] <= erased.subjects[subject]
            for subject in row["subjects"]
        )
    }
