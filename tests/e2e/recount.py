"""The database held against the broker's own log, read afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from json import loads
from typing import Any

from tests.e2e import reference
from tests.e2e.agent import command, counted
from tests.e2e.chaos import Chaos
from tests.e2e.drafts import MAX_BYTES
from tests.e2e.plans import PARTITIONS, SLICES, Place, Report
from tests.services.apache_kafka import Listeners
from tests.services.kafka_tools import read_all

_MODEL = "' ' || m.name || ' ' || m.version || ' ' || m.environment"


def audit(chaos: Chaos, broker: Listeners) -> None:
    """Compare the database with the broker's log: the tallies with a recount, the ids with a second recount."""
    report, books = chaos.report, chaos.books
    log = {
        Place(kind, partition, record.offset): record.value
        for kind, topic in chaos.topics.items()
        for partition in range(PARTITIONS)
        for record in read_all(broker.bootstrap, topic, partition)
    }
    if missing := sum(log.get(place, b"?") != value for place, value in chaos.acknowledged.items()):
        report.wrong.append(f"{missing} acknowledged records are not in the broker's log")
    places = list(log)
    truth = reference.read([(place.topic[:-1], log[place]) for place in places], SLICES, MAX_BYTES)
    refused = {places[number]: code for number, code in truth.refused.items()}

    kinds = {topic: kind for kind, topic in chaos.topics.items()}
    saved = dict(
        books.rows(
            "SELECT topic, sum(count)::bigint FROM event_count WHERE became NOT LIKE 'mended:%' GROUP BY topic"
        )
    )
    for topic, kind in kinds.items():
        _balance(report, f"records of {kind}", saved.get(topic, 0), sum(p.topic == kind for p in places))
    letters = {
        (kinds[topic], partition, offset): code
        for topic, partition, offset, code in books.rows(
            'SELECT topic, "partition", "offset", code FROM dead_letter'
        )
    }
    _same(report, "dead letters", letters, {tuple(place): code for place, code in refused.items()})

    predictions, labels, outcomes = recount([(p.topic, log[p]) for p in places if p not in refused])
    stored = books.rows(
        f"SELECT prediction_id || {_MODEL}, intent FROM prediction JOIN model m ON m.id = model_id"
    )
    _same(report, "predictions", _once(report, stored), predictions)
    stored = books.rows("SELECT label_id, intent || ' ' || revision FROM label")
    _same(report, "labels", _once(report, stored), labels)
    stored = books.rows(
        f"SELECT prediction_id || {_MODEL}, predicted || ' ' || intent FROM outcome JOIN model m ON m.id = model_id"
        " WHERE intent IS NOT NULL"
    )
    _same(report, "outcomes", _once(report, stored), outcomes)
    traffic = books.rows("SELECT sum(predictions)::bigint, sum(labelled)::bigint FROM traffic")[0]
    _balance(report, "predictions in traffic", traffic[0], len(predictions))
    _balance(report, "outcomes in traffic", traffic[1], len(outcomes))

    done = command("status", "--json", "--config", str(chaos.config), folder=chaos.config.parent)
    cells = counted(loads(done.stdout))
    report.outcomes = sum(n.hits + n.misses for cell, n in cells.items() if cell.slice is None)
    report.cells = len(cells)
    _balance(report, "outcomes judged", report.outcomes, len(outcomes))
    for cell in sorted(cells.keys() | truth.cells.keys(), key=str):
        if cells.get(cell) != truth.cells.get(cell):
            report.wrong.append(f"{cell}: {cells.get(cell)}, recounted {truth.cells.get(cell)}")


def recount(
    records: Sequence[tuple[str, bytes | None]],
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What must be in the tables: labels by id, predictions and their outcomes by id and model. Sound records only."""
    predictions: dict[str, dict[tuple[str, ...], str]] = {}  # by id, then by model
    latest: dict[str, dict[str, Any]] = {}
    for topic, value in records:
        if value is None:
            continue  # a tombstone
        event = loads(value)
        is_label = event.get("event", topic[:-1]) == "label"
        prediction = event.get("prediction") if is_label else event
        if prediction:
            made = predictions.setdefault(prediction["prediction_id"], {})
            made.setdefault(_names(prediction["model"]), prediction["predicted"]["intent"])
        if is_label:
            held = latest.get(event["label_id"])
            if held is None or _stands(event) > _stands(held):
                latest[event["label_id"]] = event
    best: dict[str, tuple[bool, str, str, str]] = {}
    for label_id, event in latest.items():
        kind = event.get("source", {}).get("kind", "human")
        if event.get("status", "active") == "active" and kind in reference.ACCEPTED:
            rank = (kind == "adjudicated", event["labeled_at"], label_id, event["intent"])
            for names in predictions.get(event["prediction_id"], ()):
                if event.get("model", {}).get("version", names[1]) == names[1]:
                    key = " ".join((event["prediction_id"], *names))
                    best[key] = max(rank, best.get(key, rank))
    labels = {i: f"{event.get('intent', '')} {event.get('revision', 1)}" for i, event in latest.items()}
    flat = {" ".join((i, *names)): said for i, made in predictions.items() for names, said in made.items()}
    return flat, labels, {key: f"{flat[key]} {rank[-1]}" for key, rank in best.items()}


def _names(model: Mapping[str, str]) -> tuple[str, ...]:
    return model["name"], model["version"], model.get("environment", "prod")


def _stands(label: Mapping[str, Any]) -> tuple[int, str]:
    return label.get("revision", 1), label["labeled_at"]  # the stream's times are all spelled alike


def _once(report: Report, rows: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    twice = sum(n - 1 for n in Counter(row[0] for row in rows).values())
    report.doubled += twice
    return {row[0]: row[1] for row in rows}


def _balance(report: Report, what: str, stored: int | None, expected: int) -> None:
    more = (stored or 0) - expected
    report.doubled += max(0, more)
    report.lost += max(0, -more)
    if more:
        report.wrong.append(f"{what}: {stored}, recounted {expected}")


def _same(report: Report, what: str, stored: Mapping[Any, str], expected: Mapping[Any, str]) -> None:
    lost, more = expected.keys() - stored.keys(), stored.keys() - expected.keys()
    other = [key for key in expected.keys() & stored.keys() if stored[key] != expected[key]]
    report.lost += len(lost)
    report.doubled += len(more)
    for words, keys in (("lost", lost), ("too many", more), ("not as recounted", other)):
        if keys:
            report.wrong.append(f"{what}: {len(keys)} {words}, such as {sorted(keys, key=str)[:3]}")
