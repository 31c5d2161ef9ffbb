"""Names of files in, as people type them; what reads the records of each out. Libraries are loaded where needed."""

import os
import re
from collections.abc import Sequence
from glob import glob
from typing import TYPE_CHECKING

from connectors.files.lines import CHUNK, STDIN, Lines
from connectors.files.rows import NumberedRecords, NumberedRows

if TYPE_CHECKING:
    from connectors.formats.avro_schemas import Schema

_PARQUET, _AVRO = (".parquet", ".pq"), ".avro"


class FileOpener:
    """Gives what reads the numbered records of a file, by the file's name: lines, or rows.

    Args:
        reader: an Avro schema that records of Avro files are read as, whatever they were written with.
    """

    def __init__(self, reader: "Schema | None" = None) -> None:
        self._reader = reader

    def records(self, path: str, *, growing: bool = False) -> NumberedRecords:
        """The numbered records of a file, from its beginning; of a growing one, no line that is still being written."""
        if path.lower().endswith(_PARQUET):
            from connectors.files.parquet import ParquetRows

            return ParquetRows(path)
        if path.lower().endswith(_AVRO):
            from connectors.files.avro_containers import AvroRows

            return AvroRows(path, self._reader)
        return Lines(path, growing=growing)

    def count(self, path: str) -> int:
        """How many records the file has now; reads all of it where it has to.

        Raises:
            ConfigError: the file is not what its name says.
            UnavailableError: the disk failed.
        """
        records = self.records(path)
        if isinstance(records, NumberedRows):
            return records.count()
        while records.take(CHUNK):
            pass
        records.close()
        return records.number


def holds_rows(path: str) -> bool:
    """Whether a file holds rows with columns of their own, and not lines."""
    return path.lower().endswith((*_PARQUET, _AVRO))


def named(patterns: Sequence[str]) -> list[str]:
    """The files that names and patterns stand for, `part-2` before `part-10`; one of nothing stands for itself."""
    paths: list[str] = []
    for pattern in patterns:
        there = pattern == STDIN or os.path.exists(pattern)  # a name may be too long to ask for
        paths += [pattern] if there else sorted(glob(pattern, recursive=True), key=_by_number) or [pattern]
    return paths


def _by_number(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", path)]
