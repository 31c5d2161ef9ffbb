"""scikit-learn's own reports, and what is read of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import classification_report

from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from monitor.domain.anchors.promise import Measured
from monitor.errors import ConfigError

WAY_OUT = (
    "import a CSV (intent,recall,support) or the evaluated examples (y_true,y_pred) instead, "
    "or name the intents with --intents a,b,c"
)


def sklearn(y_true: object, y_pred: object, **options: object) -> dict[str, Any]:
    report: dict[str, Any] = classification_report(
        y_true, y_pred, output_dict=True, **{"zero_division": 0, **options}
    )
    return report


def read(folder: Path, report: object, intents: list[str] | None = None) -> AnchorFile:
    path = folder / "report.json"
    path.write_text(report if isinstance(report, str) else json.dumps(report))
    return read_anchor_file(path, intents)


def numbers(folder: Path, report: object, intents: list[str] | None = None) -> dict[str, Measured]:
    return {i: promise.shipped for (i, _), promise in read(folder, report, intents).promises.items()}


def problems(folder: Path, report: object, intents: list[str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read(folder, report, intents)
    return [problem.replace(str(folder / "report.json"), "FILE") for problem in refused.value.problems]


def lost(support: int, total: int) -> str:
    return (
        f"FILE: key 'weighted avg': its support is {support} but the other rows add up to {total}, so a row "
        "is missing: scikit-learn overwrites an intent named 'accuracy', 'macro avg', 'weighted avg' or "
        f"'micro avg' with its own summary, and two classes of one name with each other; {WAY_OUT}"
    )


TRUE, PRED = ["a", "a", "b", "b", "b"], ["a", "b", "b", "b", "a"]
A_AND_B = {"a": Measured(0.5, 2), "b": Measured(2 / 3, 3)}


def named(intent: str) -> tuple[list[str], list[str]]:
    """Five rows of a and b, and two of an intent with that name: a hit and a miss."""
    return [*TRUE, intent, intent], [*PRED, intent, "a"]
