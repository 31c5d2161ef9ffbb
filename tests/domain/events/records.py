"""Records as producers write them: the smallest that is an event, a full record, and changed records."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.domain.events.decode import decode
from monitor.domain.events.types import Label, Prediction
from monitor.errors import DecodeError

ONE_OCLOCK = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
PREDICTION: dict[str, Any] = {
    "prediction_id": "p1",
    "ts": "2026-11-22T13:00:00Z",
    "model": {"name": "tickets", "version": "7"},
    "predicted": {"intent": "refund"},
}
LABEL: dict[str, Any] = {
    "label_id": "l1",
    "prediction_id": "p1",
    "labeled_at": "2026-11-22T13:00:00Z",
    "intent": "refund",
}
FULL_PREDICTION: dict[str, Any] = {
    "event": "prediction",
    "prediction_id": "018f-1",
    "ts": "2026-11-22T15:29:00.112Z",
    "model": {"name": "tickets", "version": "7", "environment": "shadow"},
    "predicted": {"intent": "cancel_account", "score": 0.87, "scores": {"gdpr_erasure": 0.06}},
    "slices": {"channel": "email", "tier": "enterprise"},
    "text": "delete my account",
    "subject": "ann",
}
FULL_LABEL: dict[str, Any] = {
    "event": "label",
    "label_id": "ls-9001",
    "prediction_id": "018f-1",
    "intent": "gdpr_erasure",
    "revision": 3,
    "status": "active",
    "labeled_at": "2026-11-23T09:10:00Z",
    "source": {"kind": "adjudicated", "annotator": "a17"},
    "sampling": {"design": "uniform", "probability": 0.02},
}
PREDICTED: dict[str, Any] = {"intent": "refund"}


def raw(content: object) -> bytes:
    return json.dumps(content).encode()


def prediction(**changes: Any) -> bytes:  # noqa: ANN401
    return raw(PREDICTION | changes)


def label(**changes: Any) -> bytes:  # noqa: ANN401
    return raw(LABEL | changes)


def without(content: dict[str, Any], field: str) -> bytes:
    return raw({name: value for name, value in content.items() if name != field})


def beside(content: dict[str, Any], member: bytes) -> bytes:
    """The record with one more JSON member, spelled exactly so."""
    return raw(content)[:-1] + b"," + member + b"}"


def a_prediction(value: bytes, kind: str = "prediction") -> Prediction:
    event = decode(value, kind)
    assert isinstance(event, Prediction)
    return event


def a_label(value: bytes, kind: str = "label") -> Label:
    event = decode(value, kind)
    assert isinstance(event, Label)
    return event


def refused(value: bytes, kind: str = "prediction") -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decode(value, kind, max_bytes=400_000)
    return caught.value
