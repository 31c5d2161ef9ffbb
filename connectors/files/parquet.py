"""Rows of a Parquet file, as JSON: a struct is an object, a list a list, a time a text with its zone, if it has one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import override

from connectors.files.rows import NumberedRows, as_json
from monitor.errors import ConfigError, UnavailableError

AT_ONCE = 2_000  # rows in memory
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
                for batch in file.iter_batches(AT_ONCE, row_groups=groups, use_threads=False):
                    if first < batch.num_rows:
                        yield _rows(batch.slice(first))
                    first = max(0, first - batch.num_rows)

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


def _rows(batch: pa.RecordBatch) -> list[bytes]:
    wanted = pa.schema([pa.field(each.name, _spelled(each.type)) for each in batch.schema])
    if wanted != batch.schema:
        # First to UTC: another zone would be spelled without the colon that RFC 3339 has.
        in_utc = pa.schema([pa.field(each.name, _in_utc(each.type)) for each in batch.schema])
        batch = batch.cast(in_utc, safe=False).cast(wanted)
    names = batch.schema.names
    columns = (
        column.to_pylist(maps_as_pydicts="lossy") if _holds_map(column.type) else column.to_pylist()
        for column in batch.columns
    )
    return [as_json(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def _in_utc(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", None if kind.tz is None else "UTC")
    return _within(kind, _in_utc)


def _spelled(kind: pa.DataType) -> pa.DataType:
    """As text where Python can't hold each of its values, or only slowly: times and days."""
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pa.string()
    return _within(kind, _spelled)


def _within(kind: pa.DataType, change: Callable[[pa.DataType], pa.DataType]) -> pa.DataType:
    """The type, with those inside it changed; a map is left as it is."""
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(each.name, change(each.type)) for each in kind])
    if pa.types.is_list(kind):
        return pa.list_(change(kind.value_type))
    return kind


def _holds_map(kind: pa.DataType) -> bool:
    """Whether there is a map in it, which is a list of pairs unless it is asked for as an object, at more cost."""
    if pa.types.is_map(kind):
        return True
    return pa.types.is_nested(kind) and any(
        _holds_map(kind.field(number).type) for number in range(kind.num_fields)
    )
