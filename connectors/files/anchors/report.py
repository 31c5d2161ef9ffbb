"""Reads scikit-learn's `classification_report(output_dict=True)` as JSON into measured intents."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from connectors.files.anchors.names import Spelling
from connectors.files.anchors.problems import Problems, measured, number
from connectors.files.anchors.summaries import RESERVED, ReportRow, explain, sums_up
from monitor.domain.anchors.promise import Measured

WAY_OUT = (
    "import a CSV (intent,recall,support) or the evaluated examples (y_true,y_pred) instead, "
    "or name the intents with --intents a,b,c"
)


class _Raw(NamedTuple):
    """A row as it lies in the JSON, before its values are checked."""

    recall: object
    support: object


def read_report(text: str, intents: Sequence[str] | None, problems: Problems) -> dict[str, Measured]:
    """The intents of a report, without its summaries. Zero supports are kept, as 0 of 0.

    `intents` overrules the guess which rows are intents; rows it does not name are left out.
    """
    report = _parse(text, problems)
    rows = {
        key: _Raw(value["recall"], value["support"])
        for key, value in report.items()
        if isinstance(value, dict) and "recall" in value and "support" in value
    }
    if not rows:
        raise problems.refuse("", _no_rows(report))
    names = _listed(report, rows, intents, problems) if intents else _guessed(report, rows, problems)
    measured = {name: _measured(name, rows[name], problems) for name in names}
    problems.check()
    spelling = Spelling(problems)
    tidied: dict[str, Measured] = {}
    for name, value in measured.items():
        tidy = spelling.tidy(name, f"key {name!r}")
        if tidy in tidied:
            problems.add(f"key {name!r}", f"intent {tidy!r} is already there; keep one of the two")
        elif value is not None:
            tidied[tidy] = value
    problems.check()
    spelling.tell()
    return tidied


def _parse(text: str, problems: Problems) -> dict[str, object]:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen: dict[str, object] = {}
        for key, value in pairs:
            if key in seen:
                problems.add(f"key {key!r}", "appears twice; keep one of the two")
            seen[key] = value
        return seen

    try:
        report = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as err:
        place = f"line {err.lineno}, column {err.colno}"
        raise problems.refuse(place, f"bad JSON: {err.msg}; write it with json.dump(report, file)") from err
    except (RecursionError, ValueError) as err:
        raise problems.refuse("", "bad JSON: nested too deeply, or a number too long; no report is") from err
    if not isinstance(report, dict):
        raise problems.refuse("", "the JSON is no object; write classification_report(..., output_dict=True)")
    return report


def _no_rows(report: Mapping[str, object]) -> str:
    if isinstance(report.get("recall"), dict) and isinstance(report.get("support"), dict):
        return "the report is transposed: intents must be the outer keys; write report.T.to_json()"
    return "no key holds recall and support; write classification_report(..., output_dict=True)"


def _measured(name: str, row: _Raw, problems: Problems) -> Measured | None:
    if not name.strip():
        problems.add(f"key {name!r}", "an intent without a name; give it the name the model predicts")
        return None
    return measured(row.recall, row.support, lambda field: f"key {name!r}, {field}", problems)


def _rows(rows: Mapping[str, _Raw]) -> dict[str, ReportRow]:
    parsed = {}
    for name, row in rows.items():
        recall, support = number(row.recall), number(row.support)
        if support is not None:
            parsed[name] = ReportRow(float("nan") if recall is None else recall, support)
    return parsed


def _guessed(report: Mapping[str, object], rows: Mapping[str, _Raw], problems: Problems) -> list[str]:
    for key, value in report.items():
        if key not in rows and key not in RESERVED:
            what = "has no recall and support" if isinstance(value, dict) else "is no row of the report"
            problems.warn(f"key {key!r}", f"{what}; not imported")
    plain = [name for name in rows if name not in RESERVED]
    for name in plain:
        _measured(name, rows[name], problems)
    problems.check()  # arithmetic on bad numbers would only confuse
    parsed = _rows(rows)
    accuracy = number(report.get("accuracy"))
    reading = explain(parsed, accuracy)
    if reading is not None:
        return [name for name in rows if name in plain or name in reading]
    raise problems.refuse(*_unexplained(parsed, plain, accuracy))


def _unexplained(
    rows: Mapping[str, ReportRow], plain: Collection[str], accuracy: float | None
) -> tuple[str, str]:
    """Where and why a report does not add up; said of its most telling row."""
    intents = [rows[name] for name in plain]
    total = sum(row.support for row in intents)
    for name in ("weighted avg", "macro avg", "micro avg", "samples avg", "accuracy"):
        if name not in rows or sums_up(name, rows[name], intents):
            continue
        place, row = f"key {name!r}", rows[name]
        if row.support == total:
            return place, f"its recall {row.recall:g} is no mean of the rows, so one was changed; {WAY_OUT}"
        if len([reserved for reserved in RESERVED if reserved in rows]) == 1:
            return place, f"may be an intent or a summary, and nothing in the report tells; {WAY_OUT}"
        return place, (
            f"its support is {row.support:g} but the other rows add up to {total:g}, so a row is missing: "
            "scikit-learn overwrites an intent named 'accuracy', 'macro avg', 'weighted avg' or 'micro avg' "
            f"with its own summary, and two classes of one name with each other; {WAY_OUT}"
        )
    return "key 'accuracy'", f"{accuracy} is not the share of hits, so a row was changed; {WAY_OUT}"


def _listed(
    report: Mapping[str, object], rows: Mapping[str, _Raw], intents: Sequence[str], problems: Problems
) -> list[str]:
    """The rows the caller named, unless one is missing or is provably a summary."""
    parsed = _rows(rows)
    reading = explain(parsed, number(report.get("accuracy")))
    listed = sum(parsed[name].support for name in intents if name in parsed)
    # "accuracy" is left out: through a DataFrame its support is no support.
    unlisted = [parsed[name].support for name in RESERVED[1:] if name in parsed and name not in intents]
    names = []
    for name in intents:
        place = f"key {name!r}"
        summary = reading is not None and name not in reading
        if name not in rows and name == "accuracy" and name in report:
            problems.add(
                place,
                "scikit-learn replaced the intent's row by one number, so its recall is lost; import a CSV "
                "(intent,recall,support) or the evaluated examples (y_true,y_pred) instead",
            )
        elif name not in rows:
            problems.add(place, "named by --intents, but the report has no such row; correct the list")
        elif name in RESERVED and (summary or any(support < listed for support in unlisted)):
            problems.add(
                place,
                "named by --intents, but the row is scikit-learn's summary and the intent's own row is "
                "lost; import a CSV (intent,recall,support) or the evaluated examples instead",
            )
        else:
            names.append(name)
    problems.check()
    for name in rows:
        if name not in intents and name not in RESERVED:
            problems.warn(f"key {name!r}", "not named by --intents; not imported")
    return names
