"""Records with exactly one fault each, under ids of their own."""

from collections.abc import Callable, Iterator
from datetime import datetime

from tests.e2e.drafts import INTENTS, MAX_BYTES, Draft, Event, Topic, label_event, prediction_event

Spoiler = Callable[[Draft, datetime, int], None]


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
    def spoil(draft: Draft, at: datetime, number: int) -> None:
        key = f"broken-{topic}-{name}-{number}"
        predicted = INTENTS[number % len(INTENTS)]
        prediction = prediction_event(draft, key, predicted, at)
        event = prediction if topic == "predictions" else label_event(draft, key, predicted, at, f"l-{key}")
        change(event)
        draft.add(at, topic, event, key)

    return spoil


def _raw(topic: Topic, name: str, value: bytes | None) -> Spoiler:
    def spoil(draft: Draft, at: datetime, number: int) -> None:
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
SPOILERS = tuple(_spoilers())
