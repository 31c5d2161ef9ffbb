"""Reads CSV text or Parquet bytes into one plain table of strings that knows the place of every row."""

import csv
import io
from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.files.anchors.problems import Problems

NEEDED = frozenset({"text", "origin"})


class Line(NamedTuple):
    """One row: its place in words ("line 7"), and its values by column; None where Parquet has null."""

    place: str
    values: Mapping[str, str | None]


class AnchorTable(NamedTuple):
    """Named columns and their rows. Columns without a name (a written index) are left out."""

    columns: list[str]
    lines: list[Line]


def read_csv(text: str, problems: Problems) -> AnchorTable:
    """CSV with a header. Every value stays the string it is: "NA", "null" and "007" are intents too."""
    # The limit is global to Python's csv; a forwarded mail is longer than its default of 128 KiB.
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    lines: list[Line] = []
    start = 1
    try:
        for fields in reader:
            place, start = f"line {start}", reader.line_num + 1
            if not fields:
                continue
            if not header:
                header = [name.strip() for name in fields]
                continue
            if len(fields) != len(header):
                problems.add(
                    place,
                    f"{len(fields)} values, but the header names {len(header)}; "
                    'put "quotes" around a value that holds a comma or a line break',
                )
                continue
            lines.append(Line(place, dict(zip(header, fields, strict=True))))
    except csv.Error as err:
        raise problems.refuse(f"line {start}", f"bad CSV: {err}; close each quote") from err
    return AnchorTable(_columns(header, problems), lines)


def read_parquet(data: bytes, problems: Problems) -> AnchorTable:
    """Parquet. Integers become their digits; what can't be an intent's name is refused, and other columns left out."""
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError, ValueError) as err:
        reason = (str(err).splitlines() or [type(err).__name__])[0]
        raise problems.refuse("", f"unreadable Parquet: {reason}; write the file again") from err
    names = _columns([n for n in table.column_names if not n.startswith("__index_level_")], problems)
    problems.check()
    texts: dict[str, list[str | None]] = {}
    pairs = {"y_true", "y_pred"}
    intents = pairs if pairs & set(names) else {"intent", "predicted"}
    for name in names:
        column = table.column(name)
        if name in intents and (what := _no_name(column.type)):
            problems.add(f"column {name}", f"holds {what}; write intents as text or integers")
        elif (values := _texts(column)) is not None:
            texts[name] = values
        elif name in intents | NEEDED:
            problems.add(f"column {name}", "holds values that can't be read as text; write it as text")
        else:
            problems.warn(f"column {name}", "holds values that can't be read as text; not imported")
    problems.check()
    kept = [name for name in names if name in texts]
    lines = [Line(f"row {n + 1}", {name: texts[name][n] for name in kept}) for n in range(table.num_rows)]
    return AnchorTable(kept, lines)


def _no_name(kind: pa.DataType) -> str:
    """What a column holds that is no name of an intent; nothing where it may be one."""
    if pa.types.is_dictionary(kind):
        return _no_name(kind.value_type)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "decimal numbers"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return "bytes"
    if pa.types.is_nested(kind):
        return "structs" if pa.types.is_struct(kind) else "lists"
    return "times" if pa.types.is_temporal(kind) else ""


def _texts(column: pa.ChunkedArray) -> list[str | None] | None:
    """The values as text; None where one of them is none, such as a time beyond the year 9999."""
    try:
        return [None if value is None else _text(value) for value in column.to_pylist()]
    except (pa.ArrowException, ValueError, OverflowError, KeyError, ModuleNotFoundError, TypeError):
        return None


def _columns(header: list[str], problems: Problems) -> list[str]:
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        problems.add(f"column {name}", "appears twice; keep one of the two")
    return [name for name in header if name]


def _text(value: object) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
