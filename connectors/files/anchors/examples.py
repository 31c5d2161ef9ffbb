"""Turns tables into what an anchor is made of: `intent,recall,support` or evaluated examples."""

from connectors.files.anchors.problems import Problems, measured
from connectors.files.anchors.summaries import RESERVED, Row, sums_up
from connectors.files.anchors.tables import AnchorTable
from monitor.domain.anchors.promise import Example, Measured

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
    found: dict[str, Measured] = {}
    seen: dict[str, str] = {}
    for line in table.lines:
        intent = line.values["intent"] or ""
        if not intent.strip():
            problems.add(f"{line.place}, column intent", "empty; write the name the model predicts")
            continue
        if intent in seen:
            problems.add(line.place, f"intent {intent!r} is already on {seen[intent]}; keep one of the two")
            continue
        seen[intent] = line.place
        place = f"{line.place}, column {{}}".format
        value = measured(line.values["recall"], line.values["support"], place, problems)
        if value is not None:
            found[intent] = value
    problems.check()
    if not named:
        _suspect_summaries(found, seen, problems)
    return found


def _suspect_summaries(found: dict[str, Measured], places: dict[str, str], problems: Problems) -> None:
    """A report saved as CSV has its summaries among the rows; they must not become intents."""
    intents = [Row(m.recall, m.support) for name, m in found.items() if name not in RESERVED]
    for name in RESERVED:
        if name in found and intents and sums_up(name, Row(found[name].recall, found[name].support), intents):
            problems.add(
                places[name],
                f"{name!r} adds up like a summary of the other rows; remove the line, "
                "or name the intents with --intents a,b,c if it is one",
            )
    problems.check()


def examples(table: AnchorTable, problems: Problems) -> list[Example]:
    """Evaluated examples: `y_true,y_pred`, optionally `text` and `origin`; other columns are slices."""
    slices = _slice_columns(table, problems)
    has_origin = "origin" in table.columns
    found = []
    for line in table.lines:
        true, pred = line.values["y_true"] or "", line.values["y_pred"] or ""
        for column, intent in (("y_true", true), ("y_pred", pred)):
            if not intent.strip():
                problems.add(f"{line.place}, column {column}", "empty; write the name of the intent")
        origin = (line.values["origin"] or "") if has_origin else ""
        if origin not in ORIGINS:
            problems.add(
                f"{line.place}, column origin",
                f"unknown origin {origin!r}; write real, synthetic, or nothing where it is not known",
            )
        within = {name: value for name in slices if (value := line.values[name])}
        found.append(Example(true, pred, origin, within, line.values.get("text")))
    problems.check()
    return found


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
