"""A seeded generator in, a badly behaved stream of Kafka records out: 12 intents, one of them broken.

Whatever decides between two records of the same id (which prediction came first, which label revision) lies in
one partition, because the key is the prediction's id; so the numbers don't depend on how the agent mixes
partitions.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np

from tests.e2e.drafts import (
    BROKEN,
    INTENTS,
    SHARES,
    Draft,
    Event,
    Sent,
    another,
    label_event,
    later_than,
    missed,
    prediction_event,
    stamp,
)
from tests.e2e.fates import FATES, WRITERS
from tests.e2e.spoilers import SPOILERS

OFFLINE = dict.fromkeys(INTENTS, (270, 300)) | {BROKEN: (44, 50), "data_export_request": (44, 50)}
LIVE = dict.fromkeys(INTENTS, 0.93) | {BROKEN: 0.39}
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DAYS = 14.0


def stream(seed: int, predictions: int = 4_000, *, broken_each: int = 3) -> list[Sent]:
    """The records in the order in which they are sent."""
    draft = Draft(np.random.default_rng(seed))
    for number in range(predictions):
        _ticket(draft, number, START + timedelta(days=DAYS * number / predictions))
    for number in range(predictions // 100):  # labels whose prediction never arrives
        at = START + timedelta(days=float(draft.rng.uniform(0, DAYS)))
        draft.add(at, "labels", label_event(draft, f"nowhere-{number}", BROKEN, at, f"lonely-{number}"))
    for number in range(broken_each):
        for spoil in SPOILERS:
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


def _ticket(draft: Draft, number: int, at: datetime) -> None:
    """One ticket: its prediction, once or more, and its labels."""
    rng = draft.rng
    truth = str(rng.choice(INTENTS, p=np.array(list(SHARES.values()))))
    predicted = truth if draft.chance(LIVE[truth]) else missed(truth, rng)
    prediction = prediction_event(draft, f"p-{number:05d}-é", predicted, at)
    fate = "unlabelled"
    if draft.chance(0.85):
        fate = str(rng.choice(list(FATES), p=np.array(list(FATES.values()))))
        WRITERS[fate](draft, prediction, truth, at)
    if fate == "inline" and draft.chance(0.5):
        return  # its label alone brings it
    draft.add(at, "predictions", prediction)
    if number % 12 == 5:
        _shadow(draft, prediction, number, at)
    if draft.chance(0.03):
        draft.put(later_than(draft, at), "predictions", prediction["prediction_id"], _reworded(prediction))
    if draft.chance(0.01):
        other = prediction | {"predicted": {"intent": another(predicted, rng), "score": 0.5}}
        draft.add(later_than(draft, at), "predictions", other)


def _shadow(draft: Draft, prediction: Event, number: int, at: datetime) -> None:
    """Another version answers the same request under its id; now and then a label is about that version alone."""
    version = {"name": "tickets", "version": "8", "environment": "shadow"}
    intent = INTENTS[number % len(INTENTS)]
    shadow = prediction | {"model": version, "predicted": {"intent": intent, "score": 0.5}}
    draft.add(at + timedelta(hours=number % 7 - 3), "predictions", shadow, plain=True)
    if number % 36 == 5:
        about = {
            "label_id": f"shadow-{number}",
            "prediction_id": prediction["prediction_id"],
            "intent": intent,
        }
        when = stamp(at + timedelta(days=5))
        draft.add(
            at + timedelta(days=number % 5 - 1),
            "labels",
            {"event": "label", **about, "labeled_at": when, "model": {"version": "8"}},
            plain=True,
        )


def _reworded(event: Event) -> bytes:
    """The same content in other words: keys turned round, the time in another zone."""
    moved = datetime.fromisoformat(event["ts"]).astimezone(timezone(timedelta(hours=2)))
    turned = dict(reversed((event | {"ts": moved.isoformat(), "note": "sent again"}).items()))
    return json.dumps(turned, indent=None, separators=(", ", ": ")).encode()
