"""Columns of a Parquet file in, what JSON can say of their values out; a value that it can't is an object that says so.

No field of an event is such an object: a record is refused where the map reads it, and lost nowhere else.
"""

import base64
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from connectors.files.rows import as_json

_NO_UTF8, _UNREADABLE = "base64", "unreadable"


def json_rows(batch: pa.RecordBatch) -> list[bytes]:
    """The rows of a batch, each as a line of JSON."""
    names, columns = batch.schema.names, map(_values, batch.columns)
    return [_line(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def _line(row: dict[str, Any]) -> bytes:
    try:
        return as_json(row)
    except (TypeError, ValueError, OverflowError):  # keys that are no names, for instance
        return as_json(_plain(row))


def _values(column: pa.Array) -> list[Any]:
    try:
        # First to UTC: another zone would be spelled without the colon that RFC 3339 has.
        return _listed(_cast(_cast(column, _in_utc), _spelled))
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return [_value(each) for each in column]


def _value(scalar: pa.Scalar) -> Any:  # noqa: ANN401
    """A value by itself, where another of its column is beyond what can be said."""
    for change in (_spelled, lambda kind: kind):
        try:
            return _plain(_listed(_cast(_cast(pa.array([scalar], scalar.type), _in_utc), change))[0])
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            continue
    return {_UNREADABLE: str(scalar.type)}


def _cast(column: pa.Array, change: Callable[[pa.DataType], pa.DataType]) -> pa.Array:
    wanted = change(column.type)
    return column if wanted == column.type else column.cast(wanted, safe=change is not _in_utc)


def _listed(column: pa.Array) -> list[Any]:
    if not _holds_map(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    try:
        return column.to_pylist(maps_as_pydicts="lossy")  # type: ignore[no-any-return]
    except TypeError:  # keys that are no names
        return column.to_pylist()  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {_NO_UTF8: base64.b64encode(value).decode()}
    return value


def _in_utc(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", None if kind.tz is None else "UTC")
    return _within(kind, _in_utc)


def _spelled(kind: pa.DataType) -> pa.DataType:
    """As text where Python can't hold each of its values, or only slowly: times, days, and bytes, which are texts."""
    types = pa.types
    if types.is_timestamp(kind) or types.is_date(kind) or types.is_time(kind):
        return pa.string()
    if types.is_duration(kind):
        return pa.int64()
    if types.is_binary(kind) or types.is_fixed_size_binary(kind):
        return pa.string()
    if types.is_large_binary(kind):
        return pa.large_string()
    return _within(kind, _spelled)


def _within(kind: pa.DataType, change: Callable[[pa.DataType], pa.DataType]) -> pa.DataType:
    """The type, with those inside it changed."""
    types = pa.types
    if types.is_struct(kind):
        return pa.struct([pa.field(each.name, change(each.type)) for each in kind])
    if types.is_list(kind):
        return pa.list_(change(kind.value_type))
    if types.is_large_list(kind):
        return pa.large_list(change(kind.value_type))
    if types.is_fixed_size_list(kind):
        return pa.list_(change(kind.value_type), kind.list_size)
    if types.is_map(kind):
        return pa.map_(change(kind.key_type), change(kind.item_type))
    if types.is_dictionary(kind):
        inner = change(kind.value_type)
        return kind if inner == kind.value_type else inner
    return kind


def _holds_map(kind: pa.DataType) -> bool:
    """Whether there is a map in it, which is a list of pairs unless it is asked for as an object, at more cost."""
    if pa.types.is_map(kind):
        return True
    return pa.types.is_nested(kind) and any(
        _holds_map(kind.field(number).type) for number in range(kind.num_fields)
    )
