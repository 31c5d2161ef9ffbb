"""A good event, and eleven ways to spoil its bytes."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import numpy as np

MAX_BYTES = 20_000
NEVER = 10**9
GOOD_EVERY = 5
INTENTS = ("refund", "gdpr_erasure", "cancel_account", "données 😀")
Rng = np.random.Generator
T = TypeVar("T")
TopicKind = Literal["prediction", "label"]
KINDS: tuple[TopicKind, ...] = ("prediction", "label")


def pick(rng: Rng, among: Sequence[T]) -> T:
    return among[int(rng.integers(len(among)))]


def sound(rng: Rng, kind: str, number: int) -> dict[str, Any]:
    """A good event. A label is about a prediction of the other topic, or brings its own prediction."""
    at = f"2026-11-{int(rng.integers(1, 29)):02d}T{int(rng.integers(24)):02d}:15:30.{number % 1000:03d}Z"
    prediction = {
        "event": "prediction",
        "prediction_id": f"{kind[0]}-{number}",
        "ts": at,
        "model": {"name": "tickets", "version": str(int(rng.integers(3))), "environment": "prod"},
        "predicted": {"intent": pick(rng, INTENTS), "score": 0.5, "scores": {"refund": 0.25}},
        "slices": {"channel": pick(rng, ("email", "chat"))},
        "text": "delete my account 😀 \u2028 thx",
        "subject": "ann",
    }
    if kind == "prediction":
        return prediction
    label = {
        "event": "label",
        "label_id": f"label-{number}",
        "prediction_id": f"p-{number - GOOD_EVERY * int(rng.integers(4))}",
        "intent": pick(rng, INTENTS),
        "revision": int(rng.integers(1, 4)),
        "status": pick(rng, ("active", "active", "retracted")),
        "labeled_at": at,
        "source": {"kind": pick(rng, ("human", "adjudicated", "weak")), "annotator": "a17"},
        "sampling": {"design": "uniform", "probability": 0.02},
    }
    if rng.random() < 0.2:
        label["model"] = {"name": "tickets", "version": str(int(rng.integers(3)))}
    if rng.random() < 0.2:
        label |= {"prediction_id": prediction["prediction_id"], "prediction": prediction}
    return label


def dumped(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def places(content: Any, collected: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(content, dict):
        for name, inner in content.items():
            collected.append((content, name))
            places(inner, collected)
    return collected


STRANGE: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1, 0.5, 1.5, -0.0, 2**31, 2**63, 2**64, 10**30, 1e300, 5e-324),
    *(float("nan"), float("inf"), "", "x", "x" * 255, "x" * 256, "é" * 256, "a\0b", "\u2028", "😀" * 255),
    *("label", "prediction", "click", "active", "2026-11-22T13:00:00", "1999-12-31T23:59:59Z"),
    *("2026-02-30T10:00:00Z", "2100-01-01T00:00:00+01:00", [], {}, [1, [2]], {"a": {"b": 1}}, "\ud83d"),
)
SNIPPETS: tuple[bytes, ...] = (
    *(b'"', b",", b"{", b"}", b"[", b"]", b":", b"null", b"NaN", b"-Infinity", b"1e400", b"-0", b"01"),
    *(b"\\", rb"\ud83d", rb"\u0000", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\n", b"9" * 400),
)


def flipped(rng: Rng, value: bytes) -> bytes:
    """A few bits the other way round."""
    changed = bytearray(value)
    for _ in range(int(rng.integers(1, 4))):
        changed[int(rng.integers(len(changed)))] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def cut(rng: Rng, value: bytes) -> bytes:
    """The end or a piece is missing."""
    begin, end = sorted(int(n) for n in rng.integers(0, len(value), 2))
    return value[:begin] if rng.random() < 0.5 else value[:begin] + value[end:]


def put_in(rng: Rng, value: bytes) -> bytes:
    """A snippet where none belongs."""
    at = int(rng.integers(len(value) + 1))
    return value[:at] + pick(rng, SNIPPETS) + value[at + int(rng.integers(3)) :]


def swapped(rng: Rng, value: bytes) -> bytes:
    """A field of another type, or something strange in it."""
    content = json.loads(value)
    for _ in range(int(rng.integers(1, 3))):
        where, name = pick(rng, places(content, []))
        where[name] = pick(rng, STRANGE)
    return dumped(content)


def left_out(rng: Rng, value: bytes) -> bytes:
    """A field less."""
    content = json.loads(value)
    where, name = pick(rng, places(content, []))
    del where[name]
    return dumped(content)


def key_twice(rng: Rng, value: bytes) -> bytes:
    """A key given a second time."""
    content = json.loads(value)
    name = pick(rng, sorted(content))
    again = content[name] if rng.random() < 0.5 else pick(rng, STRANGE)
    return value[:-1] + b"," + dumped(name) + b":" + dumped(again) + b"}"


def deep(rng: Rng, value: bytes) -> bytes:
    """Brackets within brackets, in a known or an unknown field."""
    depth = int(pick(rng, (3, 60, 9_000)))
    name = pick(rng, ("x", "slices", "model", "text", "prediction_id"))
    nest = b"[" * depth + b"]" * depth if rng.random() < 0.5 else b'{"a":' * depth + b"1" + b"}" * depth
    return b'{"' + name.encode() + b'":' + nest + b"," + value[1:]


def huge(rng: Rng, value: bytes) -> bytes:
    """A number of many digits, or a record that is too large."""
    digits = b"1" * int(pick(rng, (20, 400, 5_000, 25_000)))
    name = pick(rng, ("x", "revision", "predicted", "ts"))
    return value[:-1] + b',"' + name.encode() + b'x":' + digits + b"}"


def joined(rng: Rng, value: bytes) -> bytes:
    """Two records joined, with something between them."""
    return value + pick(rng, (b"", b"\n", b",", b" ", b"\0")) + pick(rng, (value, b"{}", b"null", b"[]"))


def wrapped(rng: Rng, value: bytes) -> bytes:
    """In an array, a string, another encoding, or with a mark in front."""
    text = value.decode()
    ways = (b"[" + value + b"]", dumped(text), text.encode("utf-16"), b"\xef\xbb\xbf" + value, b" " + value)
    return pick(rng, ways)


def strange(rng: Rng, _value: bytes) -> bytes:
    """No record at all."""
    return bytes(rng.integers(0, 256, int(rng.integers(0, 60)), dtype=np.uint8))


MUTATIONS: Mapping[str, Callable[[Rng, bytes], bytes]] = {
    mutation.__name__: mutation
    for mutation in (flipped, cut, put_in, swapped, left_out, key_twice, deep, huge, joined, wrapped, strange)
}
