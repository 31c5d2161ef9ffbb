"""Runs of labelled tickets as JSON on standard input, glide-py's intervals of recall on standard output.

For a Python of its own (3.12 or later) with glide-py in it; it imports nothing of ours. glide-py has means, and recall
is a ratio of two: r is in its interval where the mean of `1{the intent's}(x - r)` may be 0 (Fieller 1954).
"""

import json
import sys
from importlib import import_module
from typing import Any

import numpy as np

HALVINGS = 14


def limits(estimator: Any, tickets: int, hits: list[bool], chances: list[float]) -> tuple[float, float]:  # noqa: ANN401
    """The recalls that the interval of the mean leaves standing."""
    y, pi = np.full(tickets, np.nan), np.full(tickets, min([1.0, *chances]))
    pi[: len(chances)] = chances
    x = np.array(hits, float)

    def may_be(recall: float) -> bool:
        y[: len(x)] = x - recall
        interval = estimator.estimate(y, pi).confidence_interval
        return bool(interval.lower_bound <= 0 <= interval.upper_bound)

    weights = 1 / np.array(chances)
    middle = float(weights @ x / weights.sum()) if len(x) else 0.5
    if not may_be(middle):
        return middle, middle
    found = []
    for end in (0.0, 1.0):
        inside, outside = middle, end
        if may_be(end):
            found.append(end)
            continue
        for _ in range(HALVINGS):
            between = (inside + outside) / 2
            inside, outside = (between, outside) if may_be(between) else (inside, between)
        found.append(inside)
    return found[0], found[1]


def main() -> None:
    """Answer."""
    estimator = import_module("glide.estimators").IPWClassicalMeanEstimator()
    answers = [
        limits(estimator, run["tickets"], run["hits"], run["chances"]) for run in json.load(sys.stdin)["runs"]
    ]
    json.dump(
        {"version": import_module("importlib.metadata").version("glide-py"), "limits": answers}, sys.stdout
    )


if __name__ == "__main__":
    main()
