"""A draft of a stream: its records with the moment they arrive, and the events that they hold."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zlib import crc32

import numpy as np

Topic = Literal["predictions", "labels"]
Event = dict[str, Any]
PARTITIONS: dict[Topic, int] = {"predictions": 3, "labels": 2}
MAX_BYTES = 20_000  # limits.message_bytes, so that a record can be too large for us and not for the broker
BROKEN = "gdpr_erasure"
SHARES = {
    "billing_question": 0.20,
    "password_reset": 0.16,
    "feature_request": 0.13,
    "cancel_account": 0.11,
    "bug_report": 0.10,
    "upgrade_plan": 0.07,
    "invoice_copy": 0.06,
    "integration_help": 0.05,
    "change_email": 0.04,
    "refund_request": 0.03,
    "data_export_request": 0.02,
    BROKEN: 0.03,
}
INTENTS = tuple(SHARES)


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as the producer sends it."""

    topic: Topic
    partition: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Draft:
    """Records with the moment they arrive."""

    rng: np.random.Generator
    records: list[tuple[datetime, Sent]] = field(default_factory=list)

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def add(
        self, at: datetime, topic: Topic, event: Event, key: str | None = None, *, plain: bool = False
    ) -> None:
        name = key if key is not None else str(event["prediction_id"])
        self.put(at, topic, name, _json(event), plain=plain)

    def put(self, at: datetime, topic: Topic, key: str, value: bytes | None, *, plain: bool = False) -> None:
        """`plain`: without headers, and without a draw, so that the rest of the stream stays as it is."""
        headers = (("trace", f"{len(self.records)}".encode()),) if not plain and self.chance(0.1) else ()
        self.records.append((at, Sent(topic, partition_of(topic, key), key.encode(), value, headers)))


def partition_of(topic: Topic, key: str) -> int:
    """Where a key's records go."""
    return crc32(key.encode()) % PARTITIONS[topic]


def prediction_event(draft: Draft, prediction_id: str, predicted: str, at: datetime) -> Event:
    rng = draft.rng
    event: Event = {
        "event": "prediction",
        "prediction_id": prediction_id,
        "ts": stamp(at),
        "model": {"name": "tickets", "version": "6" if draft.chance(0.05) else "7", "environment": "prod"},
        "predicted": {
            "intent": predicted,
            "score": round(float(rng.uniform(0, 1)), 4),
            "scores": {predicted: 0.5},
        },
        "slices": {"channel": ("email", "chat", "web")[int(rng.integers(3))], "tier": "free"},
        "text": "please and thank you \u2028",
    }
    if draft.chance(0.1):
        del event["event"], event["slices"], event["text"], event["model"]["environment"]
        event["predicted"] = {"intent": predicted}
    if draft.chance(0.1):
        event |= {"subject": f"person-{prediction_id}", "trace_id": "unknown to us", "shard": 3}
    if draft.chance(0.02):
        event["model"]["environment"] = "staging"
    return event


def label_event(draft: Draft, prediction_id: str, intent: str, at: datetime, label_id: str) -> Event:
    event: Event = {
        "event": "label",
        "label_id": label_id,
        "prediction_id": prediction_id,
        "intent": intent,
        "revision": 1,
        "status": "active",
        "labeled_at": stamp(at),
        "source": {"kind": "human", "annotator": f"a{int(draft.rng.integers(9))}"},
        "sampling": {"design": "uniform", "probability": 0.85},
    }
    if draft.chance(0.1):
        for name in ("event", "revision", "status", "source", "sampling"):
            del event[name]
    return event


def missed(truth: str, rng: np.random.Generator) -> str:
    if truth == BROKEN:
        return str(rng.choice(["feature_request", "cancel_account", "billing_question"], p=[0.5, 0.35, 0.15]))
    return another(truth, rng)


def another(intent: str, rng: np.random.Generator) -> str:
    others = [name for name in INTENTS if name not in (intent, BROKEN)]
    return others[int(rng.integers(len(others)))]


def later_than(draft: Draft, at: datetime) -> datetime:
    later = at + timedelta(hours=float(np.clip(draft.rng.lognormal(2.3, 0.9), 0.2, 90)))
    return later.replace(microsecond=later.microsecond // 1000 * 1000)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
