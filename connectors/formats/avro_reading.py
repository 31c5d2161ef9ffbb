"""One record of Avro in, what it holds out."""

import io
import struct
from decimal import Decimal
from typing import Any

import fastavro
from fastavro.read import LOGICAL_READERS, SchemaResolutionError

from connectors.formats.avro_schemas import Schema, unusable
from monitor.domain.events.mapping.paths import Theirs
from monitor.errors import DecodeError

_Kind = dict[Any, Any]  # a schema, as fastavro has it

# All that fastavro raises on bytes that a schema does not describe.
NOT_DESCRIBED = (
    EOFError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    MemoryError,
    ArithmeticError,  # of decimals
    struct.error,
    AssertionError,
)

# 153 digits, twice what any database holds. What a longer one costs grows with its square.
DECIMAL_BYTES = 64
_read_decimal = LOGICAL_READERS["bytes-decimal"]


def _short_decimal(data: bytes, writer: _Kind | None = None, reader: _Kind | None = None) -> Decimal:
    if len(data) > DECIMAL_BYTES:
        raise ValueError("a decimal of too many digits")
    decimal: Decimal = _read_decimal(data, writer, reader)
    return decimal


LOGICAL_READERS["bytes-decimal"] = LOGICAL_READERS["fixed-decimal"] = _short_decimal


def read_first(file: io.BytesIO, writer: Schema, reader: Schema | None = None) -> Theirs:
    """What the next record holds that was written with one schema, as another has it where that is given.

    Raises:
        DecodeError: it does not fit the reader's schema.
        OverflowError: a time in it is beyond the year 9999.
        Exception: one of `NOT_DESCRIBED`.
    """
    try:
        return fastavro.schemaless_reader(file, writer, reader)
    except SchemaResolutionError as error:
        raise unusable("it does not fit that of the topic's reader") from error


def read_avro(body: bytes, writer: Schema, reader: Schema | None = None) -> Theirs:
    """What a record holds that is all of the bytes.

    Raises:
        DecodeError: the bytes are not what the schema describes, or do not fit the reader's.
    """
    file = io.BytesIO(body)
    try:
        read = read_first(file, writer, reader)
    except OverflowError as error:
        raise DecodeError("time_out_of_range", "a time in it is beyond the year 9999") from error
    except NOT_DESCRIBED as error:
        raise DecodeError("not_avro", f"not what its schema describes ({type(error).__name__})") from error
    if file.tell() != len(body):
        raise DecodeError("not_avro", f"{len(body) - file.tell()} bytes more than its schema describes")
    return read
