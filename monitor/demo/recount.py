"""In: the messages that were sent. Out: hits and misses by intent, counted with pandas and nothing of ours.

It knows the whole stream at once, so it needs no join and no order: a second way to the agent's numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from monitor.demo.records import DemoRecord


def recount(records: Iterable[DemoRecord]) -> pd.DataFrame:
    """One row an intent, with the columns `hits` and `misses`."""
    events = [event for record in records if (event := _sound(record.value)) is not None]
    predictions = pd.DataFrame(
        [(e["prediction_id"], e["predicted"]["intent"]) for e in events if e["event"] == "prediction"],
        columns=["prediction_id", "predicted"],
    ).drop_duplicates("prediction_id")
    names = ["label_id", "prediction_id", "revision", "labeled_at", "status", "intent"]
    rows = [[event[name] for name in names] for event in events if event["event"] == "label"]
    labels = pd.DataFrame(rows, columns=names)
    latest = labels.sort_values(["revision", "labeled_at"]).drop_duplicates("label_id", keep="last")
    active = latest[latest["status"] == "active"]
    joined = active.merge(predictions, on="prediction_id")
    hit = joined["predicted"] == joined["intent"]
    counts = pd.DataFrame({"intent": joined["intent"], "hits": hit, "misses": ~hit})
    return counts.groupby("intent").sum().astype(int)


def differences(counted: pd.DataFrame, agent: Mapping[str, tuple[int, int]]) -> list[str]:
    """Every intent whose hits and misses differ, as a line; empty when all are equal."""
    ours = {str(intent): (int(row["hits"]), int(row["misses"])) for intent, row in counted.iterrows()}
    return [
        f"{intent}: recounted {_counts_in_words(ours.get(intent))}, the agent has {_counts_in_words(agent.get(intent))}"
        for intent in sorted(ours.keys() | agent.keys())
        if ours.get(intent, (0, 0)) != agent.get(intent, (0, 0))
    ]


def _sound(value: bytes) -> dict[str, Any] | None:
    """The event, unless it is one of the broken ones."""
    try:
        event: dict[str, Any] = json.loads(value)
    except ValueError:
        return None
    is_prediction = event["event"] == "prediction"
    if not event["prediction_id"] or not event["ts" if is_prediction else "labeled_at"].endswith("Z"):
        return None
    return None if is_prediction and "intent" not in event["predicted"] else event


def _counts_in_words(pair: tuple[int, int] | None) -> str:
    return f"{pair[0]} hits and {pair[1]} misses" if pair else "nothing"
