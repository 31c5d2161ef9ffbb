"""Single records that a producer may send to break what reads them. None is larger than a broker takes."""

import json
from typing import Any

SIZE = 900_000
"""What would take minutes were anything in it quadratic; below the megabyte that brokers take."""


def prediction(number: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    """A sound prediction, but for what is changed."""
    return {
        "event": "prediction",
        "prediction_id": number,
        "ts": "2026-11-22T15:29:00Z",
        "model": {"name": "tickets", "version": "7"},
        "predicted": {"intent": "refund", "score": 0.9},
    } | changed


def _with(field: str, value: str) -> bytes:
    """A prediction with this JSON in place of a field's."""
    return json.dumps(prediction("hostile") | {field: "HERE"}).replace('"HERE"', value).encode()


def _text(filler: str) -> bytes:
    length = SIZE // len(json.dumps(filler)[1:-1].encode())
    return json.dumps(prediction("hostile", text=filler * length)).encode()


RECORDS = {
    "newlines": _text("\n"),
    "blanks": _text(" "),
    "quotes of a mail": _text("> "),
    "marks that must be sorted": _text("\u0315\u0300"),
    "ideographs": _text("語"),
    "a name of marks": _with("predicted", json.dumps({"intent": "a" + "\u0315\u0300" * (SIZE // 12)})),
    "an id without an end": _with("prediction_id", json.dumps("x" * SIZE)),
    "a number of a million digits": _with("ts", "1" * SIZE),
    "a score of a million digits": _with("predicted", '{"intent":"refund","score":0.' + "9" * SIZE + "}"),
    "an exponent": _with("predicted", '{"intent":"refund","score":1e999999999}'),
    "lists in lists": b"[" * SIZE,
    "objects in objects": b'{"a":' * (SIZE // 5),
    "a field of lists in lists": _with("unread", "[" * (SIZE // 2) + "]" * (SIZE // 2)),
    "a hundred thousand slices": _with("slices", json.dumps({f"s{n}": "x" for n in range(60_000)})),
    "slices without an end": _with("slices", json.dumps({f"s{n}": "語" * 5_000 for n in range(10)})),
    "a hundred thousand scores": _with(
        "predicted", json.dumps({"intent": "refund", "scores": {f"i{n}": 0.1 for n in range(60_000)}})
    ),
    "the same field again and again": b'{"event":"prediction",' + b'"ts":"1",' * (SIZE // 9) + b'"x":0}',
    "half of a pair": _with("prediction_id", '"\\ud83d"'),
    "a NUL": _with("prediction_id", '"a\\u0000b"'),
    "no UTF-8": b'{"event":"prediction","prediction_id":"\xff\xfe"}',
    "no JSON": b"\x00" * SIZE,
}
