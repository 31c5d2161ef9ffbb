"""The demo's live stream: every record is what the design promises, and the summary counts them right."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from monitor.demo import human, intents, stream
from monitor.demo.model import Guess
from monitor.demo.records import DemoRecord

START = datetime(2026, 10, 26, 7, tzinfo=UTC)
COUNT = 3_000


@cache
def built(seed: int = 0) -> stream.Stream:
    rng = np.random.default_rng(seed)
    live = human.live(COUNT, rng)
    guesses = [Guess(name, 0.7, {name: 0.7}) for name in rng.choice(intents.NAMES, size=COUNT).tolist()]
    return stream.build(live, guesses, START, rng)


def parsed(record: DemoRecord) -> tuple[str, dict[str, Any]]:
    """What is wrong with a record (or nothing), and its event: written against the design, not the code."""
    try:
        event: dict[str, Any] = json.loads(record.value)
    except ValueError:
        return "bad_json", {}
    at = datetime.fromisoformat(event["ts" if event["event"] == "prediction" else "labeled_at"])
    if at.tzinfo is None:
        return "missing_zone", event
    if not event["prediction_id"]:
        return "empty_id", event
    if event["event"] == "prediction" and "intent" not in event["predicted"]:
        return "no_intent", event
    return "", event


def sound() -> list[tuple[DemoRecord, dict[str, Any]]]:
    return [(record, event) for record in built().records for fault, event in [parsed(record)] if not fault]


def test_every_line_is_an_event_or_broken_in_a_promised_way() -> None:
    faults = Counter(fault for record in built().records if (fault := parsed(record)[0]))
    assert faults == built().summary.broken
    for record, event in sound():
        assert record.topic == event["event"] + "s"
        assert record.key.decode() == event["prediction_id"]
        if event["event"] == "prediction":
            assert set(event["slices"]) == {"channel", "tier", "locale"}
            assert event["model"] == {"name": "tickets", "version": "7", "environment": "prod"}
            assert event["predicted"]["scores"][event["predicted"]["intent"]] == event["predicted"]["score"]
            assert event["text"]
        else:
            assert event["sampling"] == {"design": "uniform", "probability": 0.8}
            assert event["source"]["kind"] == "human"
            assert event["status"] in {"active", "retracted"}


def test_records_come_in_order_of_arrival_over_the_weeks() -> None:
    arrivals = [record.arrival for record in built().records]
    assert arrivals == sorted(arrivals)
    assert START <= arrivals[0] < START + timedelta(days=1)
    assert timedelta(days=27) < arrivals[-1] - START < timedelta(days=28 + 7 + 3)


def test_ids_sort_by_time_and_are_version_seven() -> None:
    stamped = sorted({(e["prediction_id"], e["ts"]) for _, e in sound() if e["event"] == "prediction"})
    assert len(stamped) == COUNT
    assert [ts for _, ts in stamped] == sorted(ts for _, ts in stamped)
    assert all(identity[14] == "7" and identity[19] in "89ab" for identity, _ in stamped)
    milliseconds = int(stamped[0][0].replace("-", "")[:12], 16)
    assert datetime.fromtimestamp(milliseconds / 1000, UTC) == datetime.fromisoformat(stamped[0][1])


def test_the_summary_counts_what_is_there() -> None:
    predictions: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
    labels: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for number, (record, event) in enumerate(sound()):
        if event["event"] == "prediction":
            predictions[event["prediction_id"]].append((number, record.value))
        else:
            labels[event["label_id"]].append((number, event))
    summary = built().summary
    assert summary.predictions == len(predictions) == COUNT
    assert summary.labels == len(labels)
    assert summary.repeated == sum(len(copies) - 1 for copies in predictions.values())
    assert all(len({value for _, value in copies}) == 1 for copies in predictions.values())
    fates = Counter(_fate(records) for records in labels.values())
    assert summary.twice == fates["twice"]
    assert summary.retracted == fates["retracted"]
    assert summary.corrected == fates["corrected"] + fates["overtaken"]
    assert summary.overtaken == fates["overtaken"]
    early = [
        record
        for record in labels.values()
        if record[0][0] < predictions[record[0][1]["prediction_id"]][0][0]
    ]
    assert summary.early == len(early)
    assert min(summary.repeated, summary.twice, summary.corrected, summary.overtaken, summary.early) > 5
    assert summary.retracted > 2


def test_the_summary_knows_the_outcomes_in_the_end() -> None:
    predicted = {
        e["prediction_id"]: e["predicted"]["intent"] for _, e in sound() if e["event"] == "prediction"
    }
    holding: dict[str, dict[str, Any]] = {}
    for _, event in sound():
        held = holding.get(event.get("label_id", ""))
        if event["event"] == "label" and (held is None or event["revision"] > held["revision"]):
            holding[event["label_id"]] = event
    active = [event for event in holding.values() if event["status"] == "active"]
    assert built().summary.support == Counter(event["intent"] for event in active)
    hits = Counter(
        event["intent"] for event in active if predicted[event["prediction_id"]] == event["intent"]
    )
    assert +built().summary.hits == hits
    assert 0.7 * COUNT < sum(built().summary.support.values()) < 0.85 * COUNT


def test_labels_come_hours_to_days_later_and_out_of_order() -> None:
    events = [event for _, event in sound()]
    asked = {
        e["prediction_id"]: datetime.fromisoformat(e["ts"]) for e in events if e["event"] == "prediction"
    }
    delays = [
        (datetime.fromisoformat(event["labeled_at"]) - asked[event["prediction_id"]]) / timedelta(hours=1)
        for _, event in sound()
        if event["event"] == "label" and event["revision"] == 1
    ]
    assert min(delays) >= 0.49
    assert 12 < float(np.median(delays)) < 30
    tickets_of_labels = [event["prediction_id"] for _, event in sound() if event["event"] == "label"]
    newest = np.maximum.accumulate(np.argsort(np.argsort(tickets_of_labels, kind="stable"), kind="stable"))
    assert built().summary.out_of_order > 0.5 * len(newest)


@pytest.mark.slow
def test_the_seed_decides_every_byte() -> None:
    again = built.__wrapped__(0)
    assert again.records == built().records
    assert built.__wrapped__(1).records != again.records


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_any_tickets_still_make_a_stream(count: int) -> None:
    rng = np.random.default_rng(0)
    live = human.live(count, rng)
    made = stream.build(live, [Guess("x", 0.5, {"x": 0.5})] * count, START, rng)
    assert made.summary.predictions == count
    assert sum(made.summary.broken.values()) == count * 20


def _fate(records: list[tuple[int, dict[str, Any]]]) -> str:
    events = [event for _, event in records]
    if len(events) == 1:
        return "plain"
    if events[0] == events[1]:
        return "twice"
    if "retracted" in {event["status"] for event in events}:
        return "retracted"
    return "corrected" if events[0]["revision"] == 1 else "overtaken"
