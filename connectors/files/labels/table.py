"""Labels in CSV with a header: text in, events out."""

import csv
import io
from collections.abc import Sequence

from connectors.files.anchors.problems import Problems, number
from connectors.files.labels.flat import COLUMNS, NEEDED, PI, event_of
from monitor.domain.text.nearest import nearest
from monitor.labels.ports.label_files import LabelFormat, StatedLabel, StatedLabels

_SEPARATORS = ",;\t"
_NUMBERS = ("revision", "probability")


def read_table(text: str, problems: Problems) -> StatedLabels:
    """Every row as a label; columns that mean nothing to us are passed over.

    Raises:
        ConfigError: a column that is needed is missing, or a quote is never closed.
    """
    csv.field_size_limit(2**31 - 1)
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    labels: list[StatedLabel] = []
    line = 1
    try:
        for fields in reader:
            here, line = line, reader.line_num + 1
            if not fields:
                continue
            if not header:
                header = [name.strip().casefold() for name in fields]
                _check(header, problems)
            elif len(fields) != len(header):
                problems.add(
                    f"line {here}",
                    f"{len(fields)} values, but the header names {len(header)}; is the file cut short, or a value with"
                    f" {'a comma' if separator == ',' else 'a separator'} in it not in quotes?",
                )
            else:
                labels.append(StatedLabel(here, _event(header, fields)))
    except csv.Error as error:
        raise problems.refuse(f"line {line}", f"bad CSV: {error}; close each quote") from error
    if not labels:
        problems.add("", "the file has a header and no label; check what was to be written to it")
    return StatedLabels(LabelFormat.CSV, labels, problems.listed)


def _check(header: Sequence[str], problems: Problems) -> None:
    others = [name for name in header if name not in COLUMNS]
    for name in NEEDED:
        if name not in header:
            meant = nearest(name, others)
            there = f"; rename {meant}" if meant else ""
            problems.add(f"column {name}", f"missing; the columns needed are {','.join(NEEDED)}{there}")
    for name in sorted({name for name in header if header.count(name) > 1 and name in COLUMNS}):
        problems.add(f"column {name}", "there twice; keep the right one")
    problems.check()


def _event(header: Sequence[str], fields: Sequence[str]) -> bytes:
    row: dict[str, object] = {}
    for name, field in zip(header, fields, strict=True):
        value = field.strip()
        if name not in (*COLUMNS, PI) or not value:
            continue
        row[name] = _number(value) if name in _NUMBERS else value
    return event_of(row)


def _number(value: str) -> object:
    """A number where it is one; pandas writes whole ones as 2.0 beside empty cells."""
    read = number(value)
    if read is None or read - read != 0:
        return value
    return int(read) if read == int(read) else read
