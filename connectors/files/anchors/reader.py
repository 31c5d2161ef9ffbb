"""Reads the files anchors are made from: a scikit-learn report, a CSV of recalls, or evaluated examples."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from connectors.files.anchors.examples import EXAMPLES, RECALLS, examples, recalls
from connectors.files.anchors.named import named_numbers, read_named
from connectors.files.anchors.names import refuse_near
from connectors.files.anchors.problems import Problems
from connectors.files.anchors.report import read_report
from connectors.files.anchors.tables import AnchorTable, read_csv, read_parquet
from monitor.domain.anchors.metric_names import MetricNames
from monitor.domain.anchors.promise import Example, Measured, Promise, promises_from_examples
from monitor.domain.events.names import normal

__all__ = ["AnchorFile", "read_anchor", "read_anchor_file", "read_table"]


UNPACKED_MAX = 500_000_000


class AnchorFile(NamedTuple):
    """What a file holds. `examples` is empty where it holds numbers only; `sha256` is of its bytes."""

    promises: Mapping[tuple[str, str], Promise]
    examples: Sequence[Example]
    importer: str
    sha256: str
    warnings: Sequence[str]


def read_anchor_file(
    path: Path, intents: Sequence[str] | None = None, names: MetricNames | None = None
) -> AnchorFile:
    """Read a file, recognised by its content; a gzipped one is unpacked first.

    Importers: `sklearn-report` (JSON), `csv-recalls` (intent,recall,support), `csv-examples` and
    `parquet-examples` (y_true,y_pred); with `names` it is `named-numbers`, of any JSON, YAML or model card.
    `intents` limits what is imported, and says which rows of a report are intents where names like `macro avg` make
    that unclear.

    Raises:
        ConfigError: every problem of the file at once, each with its place and what to do.
    """
    problems = Problems(path)
    return read_anchor(_bytes(path, problems), problems, intents, names)


def read_anchor(
    raw: bytes, problems: Problems, intents: Sequence[str] | None = None, names: MetricNames | None = None
) -> AnchorFile:
    """Read the bytes of such a file.

    Raises:
        ConfigError: as `read_anchor_file`.
    """
    wanted = list(dict.fromkeys(normal(intent) for intent in intents or ()))
    measured: dict[str, Measured] = {}
    rows: list[Example] = []
    data = _unpacked(raw, problems)
    if names is not None:
        importer = "named-numbers"
        measured = read_named(named_numbers(_decoded(data, problems), problems), names, problems)
    elif data[:4] == b"PAR1":
        importer, table = "parquet-examples", read_parquet(data, problems)
        _require(table, EXAMPLES, problems)
        rows = examples(table, problems)
    elif (text := _decoded(data, problems)).lstrip()[:1] in ("{", "["):
        importer, measured = "sklearn-report", read_report(text, wanted, problems)
    else:
        table = read_csv(text, problems)
        importer = _csv_kind(table, problems)
        if importer == "csv-examples":
            rows = examples(table, problems)
        else:
            measured = recalls(table, bool(wanted), problems)
    if rows:
        rows = [row for row in rows if row.y_true in wanted] if wanted else rows
        promises = promises_from_examples(rows)
    else:
        promises = _promises(measured, wanted, problems)
    for intent in wanted:
        if (intent, "") not in promises and intent not in measured:
            problems.add(f"intent {intent!r}", "named by --intents, but not in the file; correct the list")
    if not promises:
        problems.add("", "no intent has any support, so there is nothing to promise; evaluate examples first")
    truths = {row.y_true for row in rows} if rows else measured.keys()
    refuse_near(truths, {row.y_pred for row in rows}, problems)
    problems.check()
    return AnchorFile(promises, tuple(rows), importer, hashlib.sha256(raw).hexdigest(), problems.warnings)


def read_table(path: Path, problems: Problems) -> AnchorTable:
    """Any CSV or Parquet file, perhaps gzipped, as a table of strings.

    Raises:
        ConfigError: it can't be read.
    """
    data = _unpacked(_bytes(path, problems), problems)
    table = (
        read_parquet(data, problems) if data[:4] == b"PAR1" else read_csv(_decoded(data, problems), problems)
    )
    problems.check()
    return table


def _bytes(path: Path, problems: Problems) -> bytes:
    try:
        return path.read_bytes()
    except OSError as err:
        raise problems.refuse("", f"can't be read: {err.strerror}; check the path") from err


def _unpacked(raw: bytes, problems: Problems) -> bytes:
    data = raw
    if raw[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(raw)) as packed:
                data = packed.read(UNPACKED_MAX + 1)
        except (OSError, EOFError, zlib.error) as err:
            raise problems.refuse("", f"unreadable gzip: {err}; write the file again") from err
    if len(data) > UNPACKED_MAX:
        raise problems.refuse("", f"more than {UNPACKED_MAX:,} bytes; no anchor is that large")
    if not data.strip():
        raise problems.refuse("", "the file is empty; check what was to be written to it")
    return data


def _decoded(data: bytes, problems: Problems) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = data.count(b"\n", 0, err.start) + 1
        place = f"line {line}"
        raise problems.refuse(place, f"not UTF-8 (byte {data[err.start]:#04x}); save it as UTF-8") from err
    if "\0" in text:
        raise problems.refuse("", "holds NUL bytes, so it is no text; give JSON, CSV or Parquet")
    return text


def _csv_kind(table: AnchorTable, problems: Problems) -> str:
    has = set(table.columns)
    if has >= {*RECALLS, *EXAMPLES}:
        raise problems.refuse(
            "line 1", "has the columns of both kinds; keep intent,recall,support or y_true,y_pred"
        )
    if has & set(EXAMPLES) and not has >= set(RECALLS):
        _require(table, EXAMPLES, problems)
        return "csv-examples"
    if has & set(RECALLS):
        _require(table, RECALLS, problems)
        return "csv-recalls"
    separator = next((mark for mark in ";\t|" if any(mark in name for name in has)), None)
    hint = f"; columns must be separated by commas, not {separator!r}" if separator else ""
    raise problems.refuse(
        "line 1", f"neither the columns intent,recall,support nor y_true,y_pred{hint}; add a header line"
    )


def _require(table: AnchorTable, columns: Sequence[str], problems: Problems) -> None:
    missing = [name for name in columns if name not in table.columns]
    for name in missing:
        problems.add(f"column {name}", f"missing; the columns needed are {','.join(columns)}")
    if not missing and not table.lines:
        problems.add("", "the file has a header and no rows; check what was to be written to it")
    if missing or not table.lines:
        problems.check()


def _promises(
    measured: Mapping[str, Measured], intents: Sequence[str], problems: Problems
) -> dict[tuple[str, str], Promise]:
    promises = {}
    for intent in sorted(measured):
        if intents and intent not in intents:
            continue
        if measured[intent].support:
            promises[intent, ""] = Promise(measured[intent])
        else:
            problems.warn(f"intent {intent!r}", "no example was evaluated (support 0); it has no promise")
    return promises
