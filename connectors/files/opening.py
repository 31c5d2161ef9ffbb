"""Names of files in, as people type them; what reads the records of each out. Libraries are loaded where needed."""

import re
from collections.abc import Sequence
from glob import glob
from pathlib import Path

from connectors.files.lines import CHUNK, STDIN, Lines
from connectors.files.rows import NumberedRecords


def records_of(path: str) -> NumberedRecords:
    """The numbered records of a file: the rows of Parquet by its name, else lines."""
    if holds_rows(path):
        from connectors.files.parquet import ParquetRows

        return ParquetRows(path)
    return Lines(path)


def holds_rows(path: str) -> bool:
    """Whether a file holds rows with columns of their own, and not lines."""
    return path.lower().endswith((".parquet", ".pq"))


def count_records(path: str) -> int:
    """How many records the file has now; reads all of it where it has to.

    Raises:
        ConfigError: the file is not what its name says.
        UnavailableError: the disk failed.
    """
    records = records_of(path)
    if records.total is not None:
        return records.total
    while records.take(CHUNK):
        pass
    records.close()
    return records.number


def named(patterns: Sequence[str]) -> list[str]:
    """The files that names and patterns stand for, `part-2` before `part-10`; one of nothing stands for itself."""
    paths: list[str] = []
    for pattern in patterns:
        there = pattern == STDIN or Path(pattern).exists()
        paths += [pattern] if there else sorted(glob(pattern), key=_by_number) or [pattern]
    return paths


def _by_number(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", path)]
