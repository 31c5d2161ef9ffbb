"""Reads CSV text or Parquet bytes into one plain table of strings that knows the place of every row."""

import csv
import io
from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.files.anchors.problems import Problems


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
    """Parquet. Integers become their digits; decimal numbers are refused as intents by the caller."""
    try:
        table = pq.read_table(io.BytesIO(data))
        columns = {name: table.column(i).to_pylist() for i, name in enumerate(table.column_names)}
    except (pa.ArrowException, OSError, ValueError) as err:
        reason = str(err).splitlines()[0]
        raise problems.refuse("", f"unreadable Parquet: {reason}; write the file again") from err
    names = _columns([n for n in table.column_names if not n.startswith("__index_level_")], problems)
    for name in ("y_true", "y_pred"):
        if any(isinstance(value, float) for value in columns.get(name, [])):
            problems.add(f"column {name}", "holds decimal numbers; write intents as text or integers")
    problems.check()
    texts = {name: [_text(value) for value in columns[name]] for name in names}
    lines = [Line(f"row {n + 1}", {name: texts[name][n] for name in names}) for n in range(table.num_rows)]
    return AnchorTable(names, lines)


def _columns(header: list[str], problems: Problems) -> list[str]:
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        problems.add(f"column {name}", "appears twice; keep one of the two")
    return [name for name in header if name]


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return None if value is None else str(value)
