"""Events as the rows of an archive, each as it arrived; and what an engine makes of them."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import replace
from sqlalchemy import Engine

from connectors.lake.columns import LABELS, PREDICTIONS
from connectors.lake.joined import ORDER
from connectors.lake.outcomes import Lake
from connectors.lake.reading import HistoryEngine, LakeFiles
from monitor.domain.events.joined import Draw
from monitor.domain.events.microseconds import from_us
from monitor.domain.events.types import Design, Kind, Label, LabelScope, Model, Prediction, PredictionKey
from tests.domain.events.joining import Drawn, Happening
from tests.stored import rows

Rows = list[dict[str, Any]]
_PREDICTION = (
    *(
        "prediction_id",
        "model",
        "version",
        "environment",
        "ts_us",
        "predicted",
        "answers",
        "slices",
        "customer",
    ),
    *("digest", "seq"),
)
_LABEL = (
    *("label_id", "prediction_id", "intent", "labeled_at_us", "revision", "retracted", "kind", "design"),
    *("probability", "scope_name", "scope_version", "scope_environment", "annotator"),
)
Opened = Callable[[LakeFiles], AbstractContextManager[HistoryEngine]]
"""Opens files with an engine."""


def raw_rows(events: Iterable[Happening]) -> tuple[Rows, Rows]:
    """A row an arrival: of predictions, and of labels. Both halves of a record arrive together."""
    predictions: Rows = []
    labels: Rows = []
    first: dict[PredictionKey, dict[str, Any]] = {}
    for arrival, event in enumerate(events):
        if isinstance(event, Drawn):
            drawn_row(first.get(event.key), event.draw)
            continue
        for part in event if isinstance(event, tuple) else (event,):
            if isinstance(part, Label):
                labels.append(label_row(part, arrival))
            else:
                predictions.append(row := prediction_row(part, arrival))
                first.setdefault(part.key, row)
    return predictions, labels


def drawn_row(row: dict[str, Any] | None, draw: Draw) -> None:
    """A prediction that is there is drawn, once."""
    if row is not None and "draw_design" not in row:
        row |= {"draw_design": draw.design.value, "draw_probability": draw.probability}


def prediction_row(part: Prediction, arrival: int) -> dict[str, Any]:
    return {
        "prediction_id": part.prediction_id,
        "model": part.model.name,
        "version": part.model.version,
        "environment": part.model.environment,
        "ts": part.ts,
        "predicted": part.intent,
        "answers": list(part.answers) or None,
        "score": part.score,
        "slices": list(part.slices.items()) or None,
        "customer": part.customer,
        "digest": part.digest.ljust(16, b"-"),
        "arrival": arrival,
    }


def label_row(part: Label, arrival: int) -> dict[str, Any]:
    scope = part.scope or LabelScope()
    return {
        "label_id": part.label_id,
        "prediction_id": part.prediction_id,
        "intent": part.intent,
        "labeled_at": part.labeled_at,
        "revision": part.revision,
        "retracted": part.retracted,
        "kind": part.kind.value,
        "design": part.design.value,
        "probability": part.probability,
        "scope_model": scope.name,
        "scope_version": scope.version,
        "scope_environment": scope.environment,
        "annotator": part.annotator,
        "arrival": arrival,
    }


def written(folder: Path, predictions: Rows, labels: Rows) -> LakeFiles:
    """The rows in two files each, the later ones first: an engine is told no order but that of arrival."""
    folder.mkdir(exist_ok=True)
    files: list[list[str]] = []
    for name, all_rows, schema in (("predictions", predictions, PREDICTIONS), ("labels", labels, LABELS)):
        files.append([])
        half = len(all_rows) // 2
        for number, some in enumerate((all_rows[half:], all_rows[:half])):
            path = folder / f"{name}-{number}.parquet"
            pq.write_table(pa.Table.from_pylist(some, schema), path)
            files[-1].append(str(path))
    return LakeFiles(*files)


def fetched(engine: HistoryEngine, table: Any) -> Rows:  # noqa: ANN401 - Ibis is imported where it is used
    """The rows of an expression."""
    return [row for batch in engine.fetched(table) for row in batch.to_pylist()]


def model_of(row: dict[str, Any]) -> Model:
    return Model(row["model"], row["version"], row["environment"])


def outcomes_of(engine: HistoryEngine, lake: Lake) -> dict[PredictionKey, tuple[Any, ...]]:
    """What each outcome reads, in the order in which they became complete; of one that no label holds for little."""
    rows = fetched(engine, lake.outcomes.order_by(ORDER))
    read = {
        PredictionKey(row["prediction_id"], model_of(row)): (None, row["first_intent"], row["agreed"])
        if row["label_id"] is None
        else (
            row["intent"],
            row["label_id"],
            from_us(row["labeled_at_us"]),
            Kind(row["kind"]),
            Design(row["design"]),
            row["probability"],
            row["first_intent"],
            row["agreed"],
        )
        for row in rows
    }
    assert len(read) == len(rows)
    return read


def in_stream(number: int, event: Happening) -> Happening:
    """The event of a stream whose ids are its own, so that many streams lie in one archive."""
    if isinstance(event, Drawn):
        return event._replace(key=event.key._replace(prediction_id=f"{number}/{event.key.prediction_id}"))
    if isinstance(event, tuple):
        return _prediction_in(number, event[0]), _label_in(number, event[1])
    return _prediction_in(number, event) if isinstance(event, Prediction) else _label_in(number, event)


def streams_apart(streams: Sequence[Sequence[Happening]]) -> list[list[Happening]]:
    """Streams, each with ids of its own."""
    return [[in_stream(number, event) for event in stream] for number, stream in enumerate(streams)]


def stream_of(prediction_id: str) -> int:
    """Which of them an id is from."""
    return int(prediction_id.partition("/")[0])


def _prediction_in(number: int, part: Prediction) -> Prediction:
    return replace(part, prediction_id=f"{number}/{part.prediction_id}")


def _label_in(number: int, part: Label) -> Label:
    # A label that names nothing of its model is stored as one that names none.
    scope = None if part.scope == LabelScope() else part.scope
    return replace(
        part,
        prediction_id=f"{number}/{part.prediction_id}",
        label_id=f"{number}/{part.label_id}",
        scope=scope,
    )


def rows_of_database(engine: Engine) -> tuple[Rows, Rows]:
    """What a database holds, as it is archived: the order of completion is known, and of labels what holds now."""
    drawn = {
        (prediction_id, model_id): {"draw_design": design, "draw_probability": chance}
        for prediction_id, model_id, design, chance in rows(
            engine, "SELECT prediction_id, model_id, design, probability FROM draw"
        )
    }
    asked = (
        "SELECT p.prediction_id, m.name, m.version, m.environment, p.ts_us, p.intent, p.answers, p.slices, p.customer,"
        " p.digest, o.seq, p.model_id FROM prediction p JOIN model m ON m.id = p.model_id"
        " LEFT JOIN outcome o ON o.prediction_id = p.prediction_id AND o.model_id = p.model_id"
    )
    predictions = []
    for *values, model_id in rows(engine, asked):
        row = dict(zip(_PREDICTION, values, strict=True))
        ts, answers, slices = row.pop("ts_us"), row["answers"], row["slices"]
        row |= {"ts": from_us(ts), "arrival": ts, "answers": json.loads(answers) if answers else None}
        row["slices"] = list(json.loads(slices).items()) if slices else None
        predictions.append(row | drawn.get((row["prediction_id"], model_id), {}))
    labels = [
        dict(zip(_LABEL, row, strict=True))
        | {"labeled_at": from_us(row[3]), "retracted": bool(row[5]), "arrival": row[3]}
        for row in rows(engine, f"SELECT {', '.join(_LABEL)} FROM label")
    ]
    for row in labels:
        for part in ("name", "version", "environment"):
            row["scope_model" if part == "name" else f"scope_{part}"] = row.pop(f"scope_{part}")
        del row["labeled_at_us"]
    return predictions, labels
