"""Turns tables into what an anchor is made of: `intent,recall,support` or evaluated examples."""

from connectors.files.anchors.names import Spelling
from connectors.files.anchors.problems import Problems, measured
from connectors.files.anchors.summaries import RESERVED, ReportRow, sums_up
from connectors.files.anchors.tables import AnchorTable
from monitor.domain.anchors.promise import Example, Measured
from monitor.domain.events.names import NO_ANSWER

RECALLS = ("intent", "recall", "support")
EXAMPLES = ("y_true", "y_pred")
NOT_SLICES = frozenset({"y_true", "y_pred", "text", "origin", "score", "id", "prediction_id"})
ORIGINS = ("real", "synthetic", "")
SLICE_VALUES = 100


def recalls(table: AnchorTable, named: bool, problems: Problems) -> dict[str, Measured]:
    """The intents of an `intent,recall,support` table. Zero supports are kept, as 0 of 0.

    `named` says that the caller listed the intents, so that no row is suspected of being a summary.
    """
    for name in table.columns:
        if name not in RECALLS:
            problems.warn(f"column {name}", "not used")
    promises: dict[str, Measured] = {}
    seen: dict[str, str] = {}
    names = Spelling(problems)
    for line in table.lines:
        intent = names.tidy(line.values["intent"] or "", f"{line.place}, column intent")
        if not intent:
            problems.add(f"{line.place}, column intent", "empty; write the name the model predicts")
            continue
        if intent in seen:
            problems.add(line.place, f"intent {intent!r} is already on {seen[intent]}; keep one of the two")
            continue
        seen[intent] = line.place
        place = f"{line.place}, column {{}}".format
        value = measured(line.values["recall"], line.values["support"], place, problems)
        if value is not None:
            promises[intent] = value
    problems.check()
    names.tell()
    if not named:
        _suspect_summaries(promises, seen, problems)
    return promises


def _suspect_summaries(promises: dict[str, Measured], places: dict[str, str], problems: Problems) -> None:
    """A report saved as CSV has its summaries among the rows; they must not become intents."""
    intents = [ReportRow(m.recall, m.support) for name, m in promises.items() if name not in RESERVED]
    for name in RESERVED:
        if (
            name in promises
            and intents
            and sums_up(name, ReportRow(promises[name].recall, promises[name].support), intents)
        ):
            problems.add(
                places[name],
                f"{name!r} adds up like a summary of the other rows; remove the line, "
                "or name the intents with --intents a,b,c if it is one",
            )
    problems.check()


def examples(table: AnchorTable, problems: Problems) -> list[Example]:
    """Evaluated examples: `y_true,y_pred`, optionally `text` and `origin`; other columns are slices.

    Nothing at all in `y_pred` is an abstention, and a miss.
    """
    slices = _slice_columns(table, problems)
    has_origin = "origin" in table.columns
    examples = []
    names = Spelling(problems)
    abstained = 0
    for line in table.lines:
        true = names.tidy(line.values["y_true"] or "", f"{line.place}, column y_true")
        predicted = line.values["y_pred"] or NO_ANSWER
        pred = names.tidy(predicted, f"{line.place}, column y_pred")
        abstained += predicted == NO_ANSWER
        for column, missing in (("y_true", not true), ("y_pred", predicted != NO_ANSWER and not pred)):
            if missing:
                problems.add(f"{line.place}, column {column}", "empty; write the name of the intent")
        origin = (line.values["origin"] or "") if has_origin else ""
        if origin not in ORIGINS:
            problems.add(
                f"{line.place}, column origin",
                f"unknown origin {origin!r}; write real, synthetic, or nothing where it is not known",
            )
        within = {
            name: names.tidy(value, f"{line.place}, column {name}")
            for name in slices
            if (value := line.values[name]) and value.strip()
        }
        examples.append(Example(true, pred, origin, within, line.values.get("text")))
    problems.check()
    names.tell()
    if abstained:
        problems.warn(
            "column y_pred", f"{abstained} of {len(examples)} rows hold nothing: no answer, counted as misses"
        )
    return examples


def _slice_columns(table: AnchorTable, problems: Problems) -> list[str]:
    slices = []
    for name in table.columns:
        if name in NOT_SLICES:
            continue
        values = {value for line in table.lines if (value := line.values[name])}
        if "=" in name:
            problems.warn(f"column {name}", "a name with '=' can't be a slice; rename it to use it")
        elif len(values) > SLICE_VALUES:
            problems.warn(
                f"column {name}", f"over {SLICE_VALUES} distinct values, so it is no slice; not imported"
            )
        else:
            slices.append(name)
    return slices
