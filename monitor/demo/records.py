"""In: an event as a dict. Out: the Kafka record that carries it, sound or spoilt."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

import numpy as np

Topic = Literal["predictions", "labels"]
JsonEvent = dict[str, Any]  # one JSON object of the design's section 5

BROKEN_KINDS: Final = ("bad_json", "missing_zone", "empty_id", "no_intent")


class DemoRecord(NamedTuple):
    """One Kafka record, and when it reaches the broker."""

    arrival: datetime
    topic: Topic
    key: bytes
    value: bytes


def record(arrival: datetime, topic: Topic, event: JsonEvent) -> DemoRecord:
    """Canonical JSON under the prediction's id."""
    value = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return DemoRecord(arrival, topic, str(event["prediction_id"]).encode(), value)


def spoilt(sound: Sequence[DemoRecord], each: int, rng: np.random.Generator) -> list[DemoRecord]:
    """`each` records of every broken kind: copies of sound ones under other ids, with one thing wrong."""
    predictions = [record for record in sound if record.topic == "predictions"]
    broken: list[DemoRecord] = []
    for kind in BROKEN_KINDS:
        bank = predictions if kind == "no_intent" else sound
        for index in rng.integers(0, len(bank), size=each if bank else 0):
            broken.append(_spoil(kind, bank[int(index)], rng))
    return broken


def stamp(at: datetime) -> str:
    """Milliseconds and a Z, as the design's events have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uuid7(at: datetime, rng: np.random.Generator) -> str:
    """RFC 9562: 48 bits of milliseconds, then randomness, so that ids sort by time."""
    milliseconds = int(at.timestamp() * 1000)
    head = milliseconds << 80 | 7 << 76 | int(rng.integers(1 << 12)) << 64
    return str(uuid.UUID(int=head | 2 << 62 | int(rng.integers(1 << 62))))


def _spoil(kind: str, sound: DemoRecord, rng: np.random.Generator) -> DemoRecord:
    event = json.loads(sound.value) | {"prediction_id": uuid7(sound.arrival, rng)}
    if sound.topic == "labels":
        event["label_id"] = f"ls-{event['prediction_id']}"
    if kind == "missing_zone":
        name = "ts" if sound.topic == "predictions" else "labeled_at"
        event[name] = event[name].removesuffix("Z")
    elif kind == "empty_id":
        event["prediction_id"] = ""
    elif kind == "no_intent":
        del event["predicted"]["intent"]
    broken = record(sound.arrival + timedelta(seconds=1), sound.topic, event)
    return broken._replace(value=broken.value[: len(broken.value) // 2]) if kind == "bad_json" else broken
