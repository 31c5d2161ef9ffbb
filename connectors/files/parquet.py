"""Rows of a Parquet file, as JSON: a struct is an object, a list a list, a time a text with its zone, if it has one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from typing_extensions import override

from connectors.files.parquet_values import json_rows
from connectors.files.rows import NumberedRows
from monitor.errors import ConfigError, UnavailableError

AT_ONCE = 2_000  # rows in memory, where they are short
AT_FIRST = 16  # rows that are looked at to see how long they are
# Bytes of rows in memory, if one alone is not longer; in between and as JSON it is some times that.
HELD = 8 << 20
PAGES = 1 << 20  # bytes of a column that are read at once, however long its row groups are


class ParquetRows(NumberedRows):
    """A `NumberedRecords` over a Parquet file. What it holds in memory grows neither with the file nor its groups."""

    @property
    @override
    def total(self) -> int:
        with self._sound():
            return int(self._metadata.num_rows)

    @cached_property
    def _metadata(self) -> pq.FileMetaData:
        with pq.ParquetFile(self.path) as file:
            return file.metadata

    @override
    def portions(self, first: int) -> Iterator[Sequence[bytes]]:
        groups = list(range(self._groups()))
        with self._sound():
            while groups and first >= (rows := self._metadata.row_group(groups[0]).num_rows):
                first -= rows
                groups.pop(0)
            if not groups:
                return
            with pq.ParquetFile(self.path, pre_buffer=False, buffer_size=PAGES) as file:
                for group in groups:
                    for batch in _batches(file, group, first):
                        yield json_rows(batch)
                    first = 0

    def _groups(self) -> int:
        with self._sound():
            return int(self._metadata.num_row_groups)

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """Raises what the port says, for all that pyarrow raises."""
        try:
            yield
        except OSError as error:
            if error.errno is None:  # pyarrow's own, of what it reads
                raise self._broken(error) from error
            if isinstance(error, FileNotFoundError | PermissionError):
                raise ConfigError([f"{self.path}: {error.strerror or error}"]) from error
            raise UnavailableError(f"{self.path}: reading it failed: {error.strerror or error}") from error
        except (pa.ArrowException, ValueError, OverflowError, MemoryError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> ConfigError:
        return ConfigError(
            [f"{self.path}: not a whole Parquet file ({type(error).__name__}: {str(error)[:200]})"]
        )


def _batches(file: pq.ParquetFile, group: int, first: int) -> Iterator[pa.RecordBatch]:
    """The rows of a group from this one on, as many at a time as may be held: a row's length is in no index.

    The library reads so many rows at a time as it is told at the beginning. Where they are longer than that allows, or
    shorter than it would have to, reading begins anew with another number and passes over what was read.
    """
    at_once, rows, looking = AT_FIRST, file.metadata.row_group(group).num_rows, True
    while first < rows:
        number = 0
        for batch in file.iter_batches(at_once, row_groups=[group], use_threads=False):
            begin, number = number, number + batch.num_rows
            if number <= first:
                continue
            fits = min(AT_ONCE, max(1, HELD // (_longest(batch) or 1)))
            for at in range(max(0, first - begin), batch.num_rows, fits):
                yield batch.slice(at, fits)
            first = number
            if fits < at_once or looking:
                at_once, looking = fits, False
                break
        else:
            return


def _longest(batch: pa.RecordBatch) -> int:
    """About how many bytes a row has; of words that each row only points to, as many as the longest."""
    length = 0
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and column.dictionary.type in (pa.string(), pa.large_string()):
            length += pc.max(pc.binary_length(column.dictionary)).as_py() or 0
        else:
            length += column.nbytes // len(batch)
    return length
