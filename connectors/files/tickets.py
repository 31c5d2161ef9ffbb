"""Files of tickets for the anchor audit: a path in, texts with their intent and origin out."""

from pathlib import Path

from connectors.files.anchors.examples import ORIGINS
from connectors.files.anchors.problems import Problems
from connectors.files.anchors.reader import read_table
from monitor.domain.anchors.texts import LabelledText
from monitor.domain.events.names import normal

INTENT = ("y_pred", "predicted", "y_true", "intent")
TRUTH = ("y_true", "intent", "y_pred", "predicted")


def read_tickets(path: Path, *, by_prediction: bool = False) -> list[LabelledText]:
    """Read CSV or Parquet with a `text` and an intent; `origin` and both of `y_true,y_pred` where it has them.

    A ticket's intent is its label's, or with `by_prediction` what was predicted, where the file has both.

    Raises:
        ConfigError: every problem of the file at once, each with its place and what to do.
    """
    problems = Problems(path)
    table = read_table(path, problems)
    if "text" not in table.columns:
        problems.add("column text", "missing; the audit compares the words of the tickets")
    intent = next((name for name in (INTENT if by_prediction else TRUTH) if name in table.columns), None)
    if intent is None:
        problems.add("column intent", f"missing; name it {', '.join(TRUTH[:-1])} or {TRUTH[-1]}")
    problems.check()
    tickets = []
    for line in table.lines:
        values = line.values
        origin = values.get("origin") or ""
        if origin not in ORIGINS:
            problems.add(
                f"{line.place}, column origin", f"unknown origin {origin!r}; write real, synthetic or nothing"
            )
        truth, predicted = (normal(values.get(column) or "") for column in ("y_true", "y_pred"))
        hit = truth == predicted if truth and "y_pred" in table.columns else None
        tickets.append(
            LabelledText(values.get("text") or "", normal(values.get(intent or "") or ""), origin, hit)
        )
    problems.check()
    return tickets
