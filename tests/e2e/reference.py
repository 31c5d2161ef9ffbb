"""Records in, every number out, by the rules of docs/events.md: json, pandas, scikit-learn, nothing of ours.

It sees the whole stream at once, so it needs no join: it sorts and groups. Records are in the order of
their partition; between partitions the order means nothing.
"""

import json
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pandas as pd
from sklearn.metrics import confusion_matrix, recall_score

ACCEPTED = ("human", "adjudicated")
KINDS = ("human", "adjudicated", "complaint", "correction", "weak")
DESIGNS = ("uniform", "by_prediction", "by_score", "unknown")
RANK = ["adjudicated", "labeled_at", "label_id"]
MODEL = ["model", "version", "environment"]
KEY = ["prediction_id", *MODEL]


class Cell(NamedTuple):
    """What is judged, as `status --json` names it."""

    model: str
    version: str
    environment: str
    intent: str
    slice: str | None


class Counts(NamedTuple):
    """What must be known of a cell. Recall is scikit-learn's own number."""

    hits: int
    misses: int
    recall: float
    misses_to: dict[str, int]


@dataclass(frozen=True, slots=True)
class Truth:
    """Every cell with outcomes, and the code of every record (by its index) that must be refused."""

    cells: dict[Cell, Counts]
    refused: dict[int, str]


class Refused(Exception):  # noqa: N818 - it is what the record deserves
    """A record that is not an event."""


def read(
    records: Sequence[tuple[str, bytes | None]], slices: Sequence[str] = (), max_bytes: int = 1_000_000
) -> Truth:
    """Read records given as (the kind of their topic, bytes)."""
    predictions: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    refused: dict[int, str] = {}
    for number, (kind, value) in enumerate(records):
        try:
            for row in _rows(value, kind, max_bytes):
                (predictions if "predicted" in row else labels).append(row | {"number": number})
        except Refused as why:
            refused[number] = str(why)
    frame = pd.DataFrame(predictions)
    truth = pd.DataFrame(labels)
    clashes = pd.concat([_prediction_conflicts(frame), _label_conflicts(truth)])
    refused |= {int(number): "conflict" for number in clashes}
    frame = frame[~frame["number"].isin(clashes)].drop_duplicates(KEY)
    joined = _joined(frame, _active(truth[~truth["number"].isin(clashes)]))
    return Truth(_cells(joined, slices), refused)


def _prediction_conflicts(predictions: pd.DataFrame) -> "pd.Series[int]":
    """The first arrival wins; an equal prediction is a repeat."""
    first = predictions.groupby(KEY)["content"].transform("first")
    return predictions.loc[predictions["content"] != first, "number"]


def _label_conflicts(truth: pd.DataFrame) -> "pd.Series[int]":
    """Another prediction or model under the same revision, or other content under the revision and time that holds.

    An outdated label is just late. One that named no model may have been about any.
    """
    held: dict[Any, Any] = {}
    clashes = []
    for row in truth.itertuples():
        before = held.get(row.label_id)
        if before is not None:
            about = row.about if any(before.about) else before.about
            elsewhere = (row.prediction_id, about) != (before.prediction_id, before.about)
            moved = elsewhere and row.revision == before.revision
            same = (row.revision, row.labeled_at) == (before.revision, before.labeled_at)
            if moved or (same and row.content != before.content):
                clashes.append(row.number)
                continue
        if before is None or (row.revision, row.labeled_at) > (before.revision, before.labeled_at):
            held[row.label_id] = row
    return pd.Series(clashes, dtype=int)


def _active(truth: pd.DataFrame) -> pd.DataFrame:
    """Of a label id its highest revision, where that is active."""
    version = ["label_id", "revision", "labeled_at"]  # which another may repeat, and name a model in it
    latest = (
        truth.drop_duplicates(version)
        .sort_values(["revision", "labeled_at"], kind="stable")
        .drop_duplicates("label_id", keep="last")
    )
    return latest[(latest["status"] == "active") & latest["kind"].isin(ACCEPTED)].drop(columns="number")


def _joined(predictions: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Each prediction with the last by rank of the labels that are about its model."""
    pairs = predictions.merge(labels, on="prediction_id", suffixes=("", "_of_label"))
    own = pairs[MODEL].itertuples(index=False)
    about = [
        all(name in ("", theirs) for name, theirs in zip(given, model, strict=True))
        for given, model in zip(pairs["about"], own, strict=True)
    ]
    return pairs[about].sort_values(RANK).drop_duplicates(KEY, keep="last")


def _cells(joined: pd.DataFrame, slices: Sequence[str]) -> dict[Cell, Counts]:
    cells: dict[Cell, Counts] = {}
    known = sorted({*joined["predicted"], *joined["intent"]})
    for model, rows in joined.groupby(MODEL):
        cells |= _counted(model, None, rows, known)
        for name in slices:
            values = rows["slices"].map(lambda given, name=name: given.get(name))
            for value, part in rows.groupby(values):
                cells |= _counted(model, f"{name}={value}", part, known)
    return cells


def _counted(
    model: tuple[Hashable, ...], slice_: str | None, rows: pd.DataFrame, names: list[str]
) -> dict[Cell, Counts]:
    name, version, environment = map(str, model)
    predicted, true = list(rows["predicted"]), list(rows["intent"])
    support = set(true)
    recalls = recall_score(true, predicted, labels=names, average=None, zero_division=0.0)
    matrix = confusion_matrix(true, predicted, labels=names)
    return {
        Cell(name, version, environment, intent, slice_): Counts(
            int(matrix[i, i]),
            int(matrix[i].sum() - matrix[i, i]),
            float(recalls[i]),
            {names[j]: int(n) for j, n in enumerate(matrix[i]) if n and j != i},
        )
        for i, intent in enumerate(names)
        if intent in support
    }


def _rows(value: bytes | None, kind: str, max_bytes: int) -> list[dict[str, Any]]:
    if value is None:
        return []
    if len(value) > max_bytes:
        raise Refused("too_large")
    try:
        event = json.loads(value.decode("utf-8"))
    except ValueError:
        raise Refused("not_json") from None
    _require(isinstance(event, dict))
    named = event.get("event", kind)
    if named == "prediction":
        return [_prediction(event)]
    if named != "label":
        raise Refused("unknown_event")
    label = _label(event)
    if "prediction" not in event:
        return [label]
    inside = _prediction(event["prediction"])
    _require(inside["prediction_id"] == label["prediction_id"])
    return [inside, label]


def _prediction(event: dict[str, Any]) -> dict[str, Any]:
    model = event.get("model")
    predicted = event.get("predicted")
    _require(isinstance(model, dict) and isinstance(predicted, dict))
    assert isinstance(model, dict)
    assert isinstance(predicted, dict)
    row: dict[str, Any] = {
        "prediction_id": _id(event.get("prediction_id")),
        "ts": _time(event.get("ts")),
        "model": _id(model.get("name")),
        "version": _id(model.get("version")),
        "environment": _id(model.get("environment", "prod")),
        "predicted": _id(predicted.get("intent")),
        "score": _share(predicted.get("score")),
        "scores": _numbers(predicted.get("scores")),
        "slices": event.get("slices") or {},
        "text": event.get("text"),
        "subject": event.get("subject"),
    }
    _require(all(isinstance(value, str) for value in row["slices"].values()))
    if len(row["slices"]) > 64:
        raise Refused("too_many_slices")
    return row | {"content": json.dumps(row, sort_keys=True, default=str)}


def _label(event: dict[str, Any]) -> dict[str, Any]:
    sampling = event.get("sampling", {})
    kind = event.get("source", {}).get("kind", "human")
    row: dict[str, Any] = {
        "label_id": _id(event.get("label_id")),
        "prediction_id": _id(event.get("prediction_id")),
        "labeled_at": _time(event.get("labeled_at")),
        "revision": event.get("revision", 1),
        "status": event.get("status", "active"),
        "kind": kind,
        "adjudicated": kind == "adjudicated",
        "design": sampling.get("design", "unknown"),
        "probability": sampling.get("probability"),
    }
    _require(row["status"] in ("active", "retracted") and isinstance(row["revision"], int))
    _require(kind in KINDS and row["design"] in DESIGNS)
    row["intent"] = "" if "intent" not in event and row["status"] == "retracted" else _id(event.get("intent"))
    if not 0 <= row["revision"] < 2**31:
        raise Refused("revision_out_of_range")
    if row["probability"] is not None and not 0 < row["probability"] <= 1:
        raise Refused("probability_out_of_range")
    content = json.dumps(row, sort_keys=True, default=str)
    return row | {"content": content, "about": _about(event.get("model"))}


def _about(model: object) -> tuple[str, ...]:
    """The names that a label gives of its model, "" where it gives none; none at all where one is no name."""
    given = [
        model.get(name) if isinstance(model, dict) else None for name in ("name", "version", "environment")
    ]
    try:
        return tuple("" if each is None else _id(str(each) if type(each) is int else each) for each in given)
    except Refused:
        return ("", "", "")


def _require(sound: bool) -> None:
    if not sound:
        raise Refused("schema_invalid")


def _id(given: object) -> str:
    _require(isinstance(given, str))
    assert isinstance(given, str)
    if not given:
        raise Refused("empty_id")
    if len(given) > 255:
        raise Refused("id_too_long")
    if "\x00" in given:
        raise Refused("bad_character")
    return given


def _time(given: object) -> datetime:
    _require(isinstance(given, str))
    try:
        time = datetime.fromisoformat(str(given))
    except ValueError:
        raise Refused("schema_invalid") from None
    if time.tzinfo is None:
        raise Refused("time_without_zone")
    time = time.astimezone(UTC)
    if not datetime(2000, 1, 1, tzinfo=UTC) <= time <= datetime(2100, 1, 1, tzinfo=UTC):
        raise Refused("time_out_of_range")
    return time


def _share(score: float | None) -> float | None:
    """A score beyond 0 and 1 costs itself; within rounding it is that bound."""
    if score is None or not -1e-4 <= score <= 1.0001:
        return None
    return min(max(score, 0.0), 1.0)


def _numbers(scores: dict[str, float] | None) -> dict[str, float] | None:
    return scores if scores is not None and all(map(math.isfinite, scores.values())) else None
