"""Tells scikit-learn's summary rows from intents that happen to have the same name, by arithmetic.

`classification_report(output_dict=True)` puts summaries among the classes and overwrites a class of the
same name. A summary's support is the sum of the supports, its recall a mean of the recalls; nothing else
in a report has to add up like that.
"""

import math
from collections.abc import Collection, Mapping
from itertools import combinations
from typing import NamedTuple

RESERVED = ("accuracy", "micro avg", "macro avg", "weighted avg", "samples avg")

# Two decimals in the rows and in the summary may part the two by a hundredth.
_ROUNDING = 0.0101


class ReportRow(NamedTuple):
    """Recall and support of one row, as the file has them."""

    recall: float
    support: float


def expected_recall(name: str, intents: Collection[ReportRow]) -> float | None:
    """The recall that summary `name` must have over these intents; None where nothing can be said.

    `macro avg` is the plain mean over all classes, also those without support; `accuracy`, `micro avg`
    and `weighted avg` are all sum(recall * support) / sum(support). `samples avg` needs the rows.
    """
    if name == "macro avg":
        recalls = [row.recall for row in intents if math.isfinite(row.recall)]
        return sum(recalls) / len(recalls) if recalls else None
    total = sum(row.support for row in intents)
    if name == "samples avg" or total == 0:
        return None
    return sum(row.recall * row.support for row in intents if row.support) / total


def sums_up(name: str, row: ReportRow, intents: Collection[ReportRow]) -> bool:
    """Whether `row` is what summary `name` would be over these intents."""
    expected = expected_recall(name, intents)
    if not near(row.recall, expected):
        return False
    if row.support == sum(intent.support for intent in intents):
        return True
    # Through a DataFrame the one number that is "accuracy" fills the whole row, the support included.
    return name == "accuracy" and row.support == row.recall


def near(recall: float, expected: float | None) -> bool:
    """Equal but for rounding to two decimals. An unknown expectation and a NaN rule nothing out."""
    return expected is None or math.isnan(recall) or abs(recall - expected) <= _ROUNDING


def explain(rows: Mapping[str, ReportRow], accuracy: float | None) -> frozenset[str] | None:
    """The reserved names that are intents in this report, or None where its rows don't add up.

    Every other reserved row, and the `accuracy` number, must add up over the intents. A reserved name is
    an intent only where a summary row confirms it and some other intent has support. Then no report has
    two readings: a row that is an intent has less support than the total, a summary has all of it.
    """
    reserved = [name for name in RESERVED if name in rows]
    plain = [row for name, row in rows.items() if name not in RESERVED]
    most = len(reserved) - 1 if any(row.support for row in plain) else 0
    for size in range(max(0, most) + 1):
        for names in combinations(reserved, size):
            intents = [*plain, *(rows[name] for name in names)]
            number_fits = accuracy is None or near(accuracy, expected_recall("accuracy", intents))
            summaries = [name for name in reserved if name not in names]
            if number_fits and all(sums_up(name, rows[name], intents) for name in summaries):
                return frozenset(names)
    return None
