"""Recall by intent the way others compute it: over every row, each time. For `benchmarks.evaluate`."""

import importlib
import importlib.util
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.evaluate_history import NAMES, Codes

ONCE_S = 5.0


def seconds(work: Callable[[], object]) -> float:
    """Median of three runs; a single run where that is slow."""
    times: list[float] = []
    while len(times) < 3 and not (times and times[0] > ONCE_S):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def evidently_text(pool: Path) -> float:
    """Evidently's RecallByLabel on labels that are strings."""
    return _evidently(*_texts(pool))


def evidently_integers(pool: Path) -> float:
    """The same on labels that are integers."""
    return _evidently(*_codes(pool))


def sklearn_text(pool: Path) -> float:
    """scikit-learn's recall_score on labels that are strings."""
    from sklearn.metrics import recall_score

    truth, predicted = _texts(pool)
    return seconds(lambda: recall_score(truth, predicted, labels=NAMES, average=None))


def sklearn_integers(pool: Path) -> float:
    """The same on labels that are integers."""
    from sklearn.metrics import recall_score

    truth, predicted = _codes(pool)
    return seconds(lambda: recall_score(truth, predicted, labels=range(len(NAMES)), average=None))


def polars_text(pool: Path) -> float:
    """A polars group-by on strings: the floor of what going over every row costs."""
    polars: Any = importlib.import_module("polars")
    truth, predicted = _codes(pool)
    names = polars.Series(NAMES)
    frame = polars.DataFrame({"truth": names.gather(truth), "predicted": names.gather(predicted)})
    recall = (polars.col("truth") == polars.col("predicted")).mean().alias("recall")
    return seconds(lambda: frame.group_by("truth").agg(recall))


PEERS: dict[str, Callable[[Path], float]] = {
    "Evidently, text": evidently_text,
    "Evidently, integers": evidently_integers,
    "scikit-learn, text": sklearn_text,
    "scikit-learn, integers": sklearn_integers,
}
if importlib.util.find_spec("polars"):
    PEERS["polars group-by"] = polars_text


def _codes(pool: Path) -> tuple[Codes, Codes]:
    with np.load(pool) as rows:
        return rows["truth"], rows["predicted"]


def _texts(pool: Path) -> tuple[Any, Any]:
    names = np.array(NAMES, dtype=object)
    truth, predicted = _codes(pool)
    return names[truth], names[predicted]


def _evidently(truth: Any, predicted: Any) -> float:  # noqa: ANN401
    import pandas as pd
    from evidently import DataDefinition, Dataset, MulticlassClassification, Report
    from evidently.metrics import RecallByLabel

    warnings.simplefilter("ignore")
    frame = pd.DataFrame({"target": truth, "prediction": predicted})
    definition = DataDefinition(
        classification=[MulticlassClassification(target="target", prediction_labels="prediction")]
    )
    data = Dataset.from_pandas(frame, data_definition=definition)
    return seconds(lambda: Report([RecallByLabel()], include_tests=False).run(data).dict())
