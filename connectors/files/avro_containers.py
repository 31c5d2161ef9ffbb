"""Records of an Avro container file, as JSON. Each file has its own schema; one may be given that all are read as."""

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

import fastavro
from typing_extensions import override

from connectors.files.rows import NumberedRows, as_json
from connectors.formats.avro_reading import NOT_DESCRIBED, read_first
from connectors.formats.avro_schemas import Schema, parsed_schema
from monitor.errors import ConfigError, DecodeError, UnavailableError

# Of such a time no library makes a date: as the number that it is, it is refused by itself.
_TIMES = {"timestamp-millis", "timestamp-micros", "local-timestamp-millis", "local-timestamp-micros", "date"}


class AvroRows(NumberedRows):
    """A `NumberedRecords` over a container file, a block in memory; read as `reader` has it where that is given."""

    def __init__(self, path: str, reader: Schema | None = None) -> None:
        super().__init__(path)
        self._reader = reader

    @property
    @override
    def total(self) -> None:
        return None

    @override
    def count(self) -> int:
        return sum(block.num_records for _, block in self._blocks())

    @override
    def portions(self, first: int) -> Iterator[Sequence[bytes]]:
        plain: Schema = None
        for written_with, block in self._blocks():
            plain = plain or parsed_schema(json.dumps(_without_times(written_with)))
            if first < block.num_records:
                yield self._rows(block, written_with, plain)[first:]
            first = max(0, first - block.num_records)

    def _blocks(self) -> Iterator[tuple[Schema, Any]]:
        """The schema that the file was written with, and each block of records."""
        try:
            with open(self.path, "rb") as file:
                blocks = fastavro.block_reader(file)
                writer = parsed_schema(json.dumps(blocks.writer_schema))
                for block in blocks:
                    yield writer, block
        except (FileNotFoundError, PermissionError) as error:
            raise ConfigError([f"{self.path}: {error.strerror or error}"]) from error
        except DecodeError as error:  # of the schema
            raise ConfigError([f"{self.path}: {error.detail}"]) from error
        except Exception as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise UnavailableError(
                    f"{self.path}: reading it failed: {error.strerror or error}"
                ) from error
            raise self._broken(error) from error  # the errors of seven codecs have nothing in common

    def _rows(self, block: Any, writer: Schema, without_times: Schema) -> list[bytes]:  # noqa: ANN401 - of fastavro
        body: io.BytesIO = block.bytes_
        rows = []
        try:
            for _ in range(block.num_records):
                begin = body.tell()
                try:
                    record = read_first(body, writer, self._reader)
                except OverflowError:
                    body.seek(begin)
                    record = read_first(body, without_times)
                if body.tell() == begin:  # there could be any number of them
                    raise ValueError("records that take no bytes")
                rows.append(as_json(record))
        except DecodeError as error:
            raise ConfigError([f"{self.path}: {error.detail}"]) from error
        except NOT_DESCRIBED as error:
            raise self._broken(error) from error
        return rows

    def _broken(self, error: Exception) -> ConfigError:
        words = f"{type(error).__name__}: {str(error)[:200]}"
        return ConfigError([f"{self.path}: not a whole Avro file ({words})"])


def _without_times(schema: Schema) -> Schema:
    """The schema, with times as the numbers that they are written as."""
    if isinstance(schema, list):
        return [_without_times(branch) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    left = {key: _without_times(value) for key, value in schema.items() if not key.startswith("__")}
    if left.get("logicalType") in _TIMES:
        del left["logicalType"]
    return left
