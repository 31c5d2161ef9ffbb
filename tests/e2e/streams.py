"""A seeded generator in, a badly behaved stream of Kafka records out: 12 intents, one of them broken.

Whatever decides between two records of one id (which prediction came first, which label revision) lies in
one partition, because the key is the prediction's id; so the numbers don't depend on how the agent mixes
partitions.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
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
OFFLINE = dict.fromkeys(INTENTS, (270, 300)) | {BROKEN: (44, 50), "data_export_request": (44, 50)}
LIVE = dict.fromkeys(INTENTS, 0.93) | {BROKEN: 0.39}
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DAYS = 14.0

FATES = {
    "plain": 0.62,
    "early": 0.05,
    "twice": 0.04,
    "corrected": 0.05,
    "retracted": 0.03,
    "two_ids": 0.04,
    "two_ids_one_retracted": 0.02,
    "same_time": 0.02,
    "adjudicated": 0.03,
    "complaint": 0.02,
    "weak": 0.02,
    "weak_and_human": 0.01,
    "moved": 0.01,
    "inline": 0.02,
    "among_predictions": 0.01,
    "conflicting": 0.01,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as the producer sends it."""

    topic: Topic
    partition: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class _Draft:
    """Records with the moment they arrive."""

    rng: np.random.Generator
    records: list[tuple[datetime, Sent]] = field(default_factory=list)

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def add(self, at: datetime, topic: Topic, event: Event, key: str | None = None) -> None:
        name = key if key is not None else str(event["prediction_id"])
        self.put(at, topic, name, _json(event))

    def put(self, at: datetime, topic: Topic, key: str, value: bytes | None) -> None:
        headers = (("trace", f"{len(self.records)}".encode()),) if self.chance(0.1) else ()
        self.records.append((at, Sent(topic, partition_of(topic, key), key.encode(), value, headers)))


def partition_of(topic: Topic, key: str) -> int:
    """Where a key's records go."""
    return crc32(key.encode()) % PARTITIONS[topic]


def stream(seed: int, predictions: int = 4_000, *, broken_each: int = 3) -> list[Sent]:
    """The records in the order in which they are sent."""
    draft = _Draft(np.random.default_rng(seed))
    for number in range(predictions):
        _ticket(draft, number, START + timedelta(days=DAYS * number / predictions))
    for number in range(predictions // 100):  # labels whose prediction never comes
        at = START + timedelta(days=float(draft.rng.uniform(0, DAYS)))
        draft.add(at, "labels", _label(draft, f"nowhere-{number}", BROKEN, at, f"lonely-{number}"))
    for number in range(broken_each):
        for spoil in _SPOILERS:
            at = START + timedelta(days=float(draft.rng.uniform(0, DAYS)))
            spoil(draft, at, number)
    order = sorted(range(len(draft.records)), key=lambda n: (draft.records[n][0], n))
    return [draft.records[n][1] for n in order]


def as_lines(records: Sequence[Sent]) -> list[bytes]:
    """The records that can stand on a line of a file; there every event has to say what it is."""
    lines = []
    for record in records:
        if not (record.value or b"").strip() or record.value is None:
            continue
        sound = record.value.startswith(b"{")
        named = b'"event"' in record.value or record.topic == "predictions"
        lines.append(record.value if named or not sound else b'{"event":"label",' + record.value[1:])
    return lines


def report() -> dict[str, Any]:
    """What scikit-learn's classification_report says of the offline evaluation, as a dictionary."""
    rows: dict[str, Any] = {
        intent: {"precision": 0.9, "recall": hits / of, "f1-score": 0.9, "support": float(of)}
        for intent, (hits, of) in OFFLINE.items()
    }
    total = sum(of for _, of in OFFLINE.values())
    accuracy = sum(hits for hits, _ in OFFLINE.values()) / total
    macro = sum(hits / of for hits, of in OFFLINE.values()) / len(OFFLINE)
    return rows | {
        "accuracy": accuracy,
        "macro avg": {"precision": 0.9, "recall": macro, "f1-score": 0.9, "support": float(total)},
        "weighted avg": {"precision": 0.9, "recall": accuracy, "f1-score": 0.9, "support": float(total)},
    }


def _ticket(draft: _Draft, number: int, at: datetime) -> None:
    """One ticket: its prediction, once or more, and its labels."""
    rng = draft.rng
    truth = str(rng.choice(INTENTS, p=np.array(list(SHARES.values()))))
    said = truth if draft.chance(LIVE[truth]) else _miss(truth, rng)
    prediction = _prediction(draft, f"p-{number:05d}-é", said, at)
    fate = "unlabelled"
    if draft.chance(0.85):
        fate = str(rng.choice(list(FATES), p=np.array(list(FATES.values()))))
        _FATES[fate](draft, prediction, truth, at)
    if fate == "inline" and draft.chance(0.5):
        return  # its label alone brings it
    draft.add(at, "predictions", prediction)
    if draft.chance(0.03):
        draft.put(_later(draft, at), "predictions", prediction["prediction_id"], _reworded(prediction))
    if draft.chance(0.01):
        other = prediction | {"predicted": {"intent": _other(said, rng), "score": 0.5}}
        draft.add(_later(draft, at), "predictions", other)


def _prediction(draft: _Draft, prediction_id: str, said: str, at: datetime) -> Event:
    rng = draft.rng
    event: Event = {
        "event": "prediction",
        "prediction_id": prediction_id,
        "ts": _stamp(at),
        "model": {"name": "tickets", "version": "6" if draft.chance(0.05) else "7", "environment": "prod"},
        "predicted": {"intent": said, "score": round(float(rng.uniform(0, 1)), 4), "scores": {said: 0.5}},
        "slices": {"channel": ("email", "chat", "web")[int(rng.integers(3))], "tier": "free"},
        "text": "please and thank you \u2028",
    }
    if draft.chance(0.1):
        del event["event"], event["slices"], event["text"], event["model"]["environment"]
        event["predicted"] = {"intent": said}
    if draft.chance(0.1):
        event |= {"subject": f"person-{prediction_id}", "trace_id": "unknown to us", "shard": 3}
    if draft.chance(0.02):
        event["model"]["environment"] = "staging"
    return event


def _reworded(event: Event) -> bytes:
    """The same content in other words: keys turned round, the time in another zone."""
    moved = datetime.fromisoformat(event["ts"]).astimezone(timezone(timedelta(hours=2)))
    turned = dict(reversed((event | {"ts": moved.isoformat(), "note": "sent again"}).items()))
    return json.dumps(turned, indent=None, separators=(", ", ": ")).encode()


def _label(draft: _Draft, prediction_id: str, intent: str, at: datetime, label_id: str) -> Event:
    event: Event = {
        "event": "label",
        "label_id": label_id,
        "prediction_id": prediction_id,
        "intent": intent,
        "revision": 1,
        "status": "active",
        "labeled_at": _stamp(at),
        "source": {"kind": "human", "annotator": f"a{int(draft.rng.integers(9))}"},
        "sampling": {"design": "uniform", "probability": 0.85},
    }
    if draft.chance(0.1):
        for name in ("event", "revision", "status", "source", "sampling"):
            del event[name]
    return event


Fate = Callable[[_Draft, Event, str, datetime], None]


def _one(
    draft: _Draft, prediction: Event, truth: str, at: datetime, **changes: object
) -> tuple[datetime, Event]:
    """A label some hours later, not sent yet."""
    when = _later(draft, at)
    prediction_id = prediction["prediction_id"]
    label = _label(draft, prediction_id, truth, when, f"l-{prediction_id}")
    return when, label | changes


def _plain(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _one(draft, prediction, truth, at)
    draft.add(when, "labels", label)


def _early(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    _, label = _one(draft, prediction, truth, at)
    draft.add(at - timedelta(hours=float(draft.rng.uniform(0.1, 30))), "labels", label)


def _twice(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _one(draft, prediction, truth, at)
    draft.add(when, "labels", label)
    draft.add(_later(draft, when), "labels", dict(reversed(label.items())) | {"tool": "v2"})


def _corrected(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    """By a higher revision, or by a later time at the same one; the correction may overtake the first."""
    when, label = _one(draft, prediction, truth, at)
    later = _later(draft, when)
    again = label | {"labeled_at": _stamp(later)}
    if draft.chance(0.7):
        again["revision"] = 2
    first = when if draft.chance(0.7) else _later(draft, later)
    draft.add(first, "labels", label | {"intent": _other(truth, draft.rng)})
    draft.add(later, "labels", again)


def _retracted(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _one(draft, prediction, truth, at)
    later = _later(draft, when)
    again = label | {"status": "retracted", "revision": 2, "labeled_at": _stamp(later)}
    if draft.chance(0.5):
        del again["intent"]
    draft.add(when if draft.chance(0.8) else _later(draft, later), "labels", label)
    draft.add(later, "labels", again)


def _two_ids(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The later one holds, in whatever order they arrive."""
    when, label = _one(draft, prediction, _other(truth, draft.rng), at)
    later = _later(draft, when)
    second = _label(draft, prediction["prediction_id"], truth, later, f"a-{prediction['prediction_id']}")
    arrivals = [when, later] if draft.chance(0.5) else [later, when]
    draft.add(arrivals[0], "labels", label)
    draft.add(arrivals[1], "labels", second)


def _two_ids_one_retracted(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The later one held and is taken back: the earlier one holds again."""
    when, label = _one(draft, prediction, truth, at)
    draft.add(when, "labels", label)
    later = _later(draft, when)
    wrong = _other(truth, draft.rng)
    second = _label(draft, prediction["prediction_id"], wrong, later, f"z-{prediction['prediction_id']}")
    draft.add(later, "labels", second)
    last = _later(draft, later)
    draft.add(last, "labels", second | {"status": "retracted", "revision": 5, "labeled_at": _stamp(last)})


def _same_time(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    """Of two at the same moment the larger id holds."""
    when, label = _one(draft, prediction, truth, at)
    smaller = label | {"label_id": f"b-{prediction['prediction_id']}", "intent": _other(truth, draft.rng)}
    pair = [label, smaller] if draft.chance(0.5) else [smaller, label]
    for one in pair:
        draft.add(when, "labels", one)


def _adjudicated(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    """It holds before a later one of an annotator."""
    when, label = _one(draft, prediction, truth, at, source={"kind": "adjudicated"})
    draft.add(when, "labels", label)
    later = _later(draft, when)
    wrong = _other(truth, draft.rng)
    draft.add(
        later, "labels", _label(draft, prediction["prediction_id"], wrong, later, f"m-{label['label_id']}")
    )


def _complaint(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _one(draft, prediction, truth, at, source={"kind": "complaint"})
    draft.add(when, "labels", label)


def _weak(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _one(draft, prediction, truth, at, source={"kind": "weak"})
    draft.add(when, "labels", label)


def _weak_and_human(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    _plain(draft, prediction, truth, at)
    when, label = _one(draft, prediction, _other(truth, draft.rng), at, source={"kind": "weak"})
    draft.add(when, "labels", label | {"label_id": f"w-{label['label_id']}"})


def _moved(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The annotation tool had it under another ticket at first."""
    when, label = _one(draft, prediction, truth, at)
    number = int(prediction["prediction_id"].split("-")[1])
    draft.add(when, "labels", label | {"prediction_id": f"p-{max(0, number - 1):05d}-é"})
    draft.add(_later(draft, when), "labels", label | {"revision": 2})


def _inline(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _one(draft, prediction, truth, at, event="label")
    draft.add(when, "labels", label | {"prediction": prediction})


def _among_predictions(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    when, label = _one(draft, prediction, truth, at, event="label")
    draft.add(when, "predictions", label)


def _conflicting(draft: _Draft, prediction: Event, truth: str, at: datetime) -> None:
    """The same revision at the same time with another intent is refused, unless a newer one came before."""
    when, label = _one(draft, prediction, truth, at)
    draft.add(when, "labels", label)
    later = _later(draft, when)
    if draft.chance(0.3):
        draft.add(later, "labels", label | {"revision": 3})
    draft.add(_later(draft, later), "labels", label | {"intent": _other(truth, draft.rng)})


_FATES: dict[str, Fate] = {
    "plain": _plain,
    "early": _early,
    "twice": _twice,
    "corrected": _corrected,
    "retracted": _retracted,
    "two_ids": _two_ids,
    "two_ids_one_retracted": _two_ids_one_retracted,
    "same_time": _same_time,
    "adjudicated": _adjudicated,
    "complaint": _complaint,
    "weak": _weak,
    "weak_and_human": _weak_and_human,
    "moved": _moved,
    "inline": _inline,
    "among_predictions": _among_predictions,
    "conflicting": _conflicting,
}

Spoiler = Callable[[_Draft, datetime, int], None]


def _spoilers() -> Iterator[Spoiler]:
    """One thing wrong each, under ids of their own."""
    for name, change in _WRONG_PREDICTIONS.items():
        yield _wrong("predictions", name, change)
    for name, change in _WRONG_LABELS.items():
        yield _wrong("labels", name, change)
    for name, raw in _RAW.items():
        yield _raw("predictions", name, raw)
        yield _raw("labels", name, raw)


def _wrong(topic: Topic, name: str, change: Callable[[Event], object]) -> Spoiler:
    def spoil(draft: _Draft, at: datetime, number: int) -> None:
        key = f"broken-{topic}-{name}-{number}"
        said = INTENTS[number % len(INTENTS)]
        prediction = _prediction(draft, key, said, at)
        event = prediction if topic == "predictions" else _label(draft, key, said, at, f"l-{key}")
        change(event)
        draft.add(at, topic, event, key)

    return spoil


def _raw(topic: Topic, name: str, value: bytes | None) -> Spoiler:
    def spoil(draft: _Draft, at: datetime, number: int) -> None:
        draft.put(at, topic, f"raw-{topic}-{name}-{number}", value)

    return spoil


_WRONG_PREDICTIONS: dict[str, Callable[[Event], object]] = {
    "no zone": lambda e: e.update(ts="2026-11-03T10:00:00.000"),
    "no such day": lambda e: e.update(ts="2026-02-30T10:00:00Z"),
    "long ago": lambda e: e.update(ts="1999-12-31T23:59:59Z"),
    "far off": lambda e: e.update(ts="2100-01-02T00:00:00Z"),
    "no id": lambda e: e.pop("prediction_id"),
    "empty id": lambda e: e.update(prediction_id=""),
    "long id": lambda e: e.update(prediction_id="x" * 256),
    "number as id": lambda e: e.update(prediction_id=7),
    "no model": lambda e: e.pop("model"),
    "empty version": lambda e: e["model"].update(version=""),
    "no intent": lambda e: e.update(predicted={"score": 0.5}),
    "infinite score": lambda e: e["predicted"].update(score=float("inf")),
    "no number among scores": lambda e: e["predicted"].update(scores={"a": float("nan")}),
    "score above one": lambda e: e["predicted"].update(score=1.5),
    "score below zero": lambda e: e["predicted"].update(score=-0.01),
    "slice is a number": lambda e: e.update(slices={"channel": 3}),
    "NUL in an intent": lambda e: e["predicted"].update(intent="a\x00b"),
    "unknown event": lambda e: e.update(event="click"),
    "too large": lambda e: e.update(text="x" * MAX_BYTES),
}
_WRONG_LABELS: dict[str, Callable[[Event], object]] = {
    "no zone": lambda e: e.update(labeled_at="2026-11-03T10:00:00"),
    "far off": lambda e: e.update(labeled_at="2123-01-01T00:00:00Z"),
    "empty label id": lambda e: e.update(label_id=""),
    "long label id": lambda e: e.update(label_id="é" * 256),
    "no prediction id": lambda e: e.pop("prediction_id"),
    "no intent": lambda e: e.pop("intent"),
    "unknown status": lambda e: e.update(status="deleted"),
    "unknown kind": lambda e: e.update(source={"kind": "oracle"}),
    "unknown design": lambda e: e.update(sampling={"design": "by_taste", "probability": 0.5}),
    "probability zero": lambda e: e.update(sampling={"design": "uniform", "probability": 0}),
    "probability above one": lambda e: e.update(sampling={"design": "uniform", "probability": 1.01}),
    "negative revision": lambda e: e.update(revision=-1),
    "revision as words": lambda e: e.update(revision="two"),
    "NUL in an id": lambda e: e.update(label_id="a\x00"),
    "another prediction inside": lambda e: e.update(
        prediction={
            "prediction_id": "somebody else",
            "ts": "2026-11-03T10:00:00Z",
            "model": {"name": "tickets", "version": "7"},
            "predicted": {"intent": "bug_report"},
        }
    ),
    "unknown event": lambda e: e.update(event="annotation"),
}
_RAW: dict[str, bytes | None] = {
    "tombstone": None,
    "nothing": b"",
    "cut off": b'{"event":"prediction","prediction_id":"p-1","ts":"2026-11-',
    "latin-1": '{"event":"prediction","prediction_id":"café"}'.encode("latin-1"),
    "a list": b"[1, 2, 3]",
    "a number": b"42",
    "words": b"ERROR: connection reset by peer",
    "two at once": b"{} {}",
}
_SPOILERS = tuple(_spoilers())


def _miss(truth: str, rng: np.random.Generator) -> str:
    if truth == BROKEN:
        return str(rng.choice(["feature_request", "cancel_account", "billing_question"], p=[0.5, 0.35, 0.15]))
    return _other(truth, rng)


def _other(intent: str, rng: np.random.Generator) -> str:
    others = [name for name in INTENTS if name not in (intent, BROKEN)]
    return others[int(rng.integers(len(others)))]


def _later(draft: _Draft, at: datetime) -> datetime:
    later = at + timedelta(hours=float(np.clip(draft.rng.lognormal(2.3, 0.9), 0.2, 90)))
    return later.replace(microsecond=later.microsecond // 1000 * 1000)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
