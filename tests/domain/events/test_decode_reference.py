"""Broken records by the thousand: `decode` reads them as the slow reader does, or refuses as it would."""

import json
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.events.decode import Event, decode
from monitor.domain.events.refusals import CODES
from monitor.domain.events.types import Prediction
from monitor.errors import DecodeError
from tests.domain.events.records import FULL_LABEL, FULL_PREDICTION, LABEL, PREDICTION, label, prediction, raw
from tests.domain.events.slow_decode import Doubtful, reference

EXAMPLES = int(os.environ.get("ANCHORWATCH_TEST_EXAMPLES", "400"))


def plain(event: Event) -> object:
    """What `decode` read, as the reference spells it."""
    if isinstance(event, tuple):
        return plain(event[0]), plain(event[1])
    if isinstance(event, Prediction):
        return (
            event.prediction_id,
            event.ts,
            (event.model.name, event.model.version, event.model.environment),
            event.intent,
            event.answers[1:],
            event.score,
            event.slices,
            event.text,
            event.subject,
        )
    return (
        event.label_id,
        event.prediction_id,
        event.intent,
        event.labeled_at,
        event.revision,
        event.retracted,
        str(event.kind),
        str(event.design),
        event.probability,
        (event.scope.name, event.scope.version, event.scope.environment) if event.scope else None,
        event.annotator,
    )


def is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def check_against_the_reference(value: bytes, kind: str) -> None:
    try:
        decoded: object = plain(decode(value, kind))
        code = None
    except DecodeError as err:
        decoded, code = None, err.code
    assert code is None or code in CODES
    try:
        problems, expected = reference(value, kind)
    except (Doubtful, RecursionError):
        return
    if code is None:
        assert (problems, decoded) == (set(), expected)
    elif code != "not_json" or is_utf8(value):  # not_json is always true of what is not UTF-8
        assert code in problems


SEEDS = [
    raw(PREDICTION),
    raw(LABEL),
    raw(FULL_PREDICTION),
    raw(FULL_LABEL),
    label(prediction=FULL_PREDICTION | {"prediction_id": "p1"}),
    label(status="retracted", revision=2),
    label(model={"name": "tickets", "version": " 7"}),
    label(model={"name": "tickets", "version": 7}),
    label(source={"annotator": 17}),
    prediction(event="label"),
    prediction(predicted={"intents": ["refund", " bug", "refund"], "score": 0.5}),
    prediction(predicted={"intent": "bug", "intents": ["refund", "bug"]}),
    label(intent=None),
    label(intents=["refund"]),
    json.dumps(PREDICTION | {"prediction_id": "😀é"}, ensure_ascii=False).encode(),
    prediction(prediction_id="😀\t"),
]
SNIPPETS = [
    b"",
    b'"',
    b",",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"null",
    b"true",
    b"NaN",
    b"-Infinity",
    b"1e400",
    b"-0",
    b"01",
    b"1.5",
    b"\\",
    rb"\ud83d",
    rb"\ude00",
    rb"\u0000",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\n",
    b'"event":"label",',
    b'"event":null,',
    b"2100-01-01T00:00:00Z",
    b"+05:30",
]
STRANGE: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, -1, 0.5, 1, 2**31, 1e300, "", "x", "x" * 256, "a\0", "2026-11-22T13:00:00", [], {}]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound record with a few bytes cut, put in or swapped."""
    value = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(value)))
        cut = draw(st.integers(0, 4))
        value[place : place + cut] = draw(st.one_of(st.sampled_from(SNIPPETS), st.binary(max_size=3)))
    return bytes(value)


def _paths(content: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield (*path, name)
            yield from _paths(value, (*path, name))


@st.composite
def misshapen(draw: st.DrawFn) -> bytes:
    """Sound JSON in which a field is missing or holds something strange."""
    content = json.loads(draw(st.sampled_from(SEEDS[:10])))
    for _ in range(draw(st.integers(1, 2))):
        *above, name = draw(st.sampled_from(sorted(_paths(content)) or [("x",)]))
        place = content
        for step in above:
            place = place[step]
        if draw(st.booleans()):
            place[name] = draw(STRANGE)
        else:
            del place[name]
    return json.dumps(content).encode()


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=mutated(), kind=st.sampled_from(["prediction", "label"]))
def test_mutated_bytes_are_read_as_the_reference_reads_them(value: bytes, kind: str) -> None:
    check_against_the_reference(value, kind)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=misshapen(), kind=st.sampled_from(["prediction", "label"]))
def test_misshapen_records_are_read_as_the_reference_reads_them(value: bytes, kind: str) -> None:
    check_against_the_reference(value, kind)


@settings(max_examples=EXAMPLES // 2, derandomize=True, deadline=None)
@given(value=st.binary(max_size=40), kind=st.sampled_from(["prediction", "label"]))
def test_any_bytes_at_all_are_an_event_or_a_code(value: bytes, kind: str) -> None:
    check_against_the_reference(value, kind)


@pytest.mark.parametrize("value", SEEDS)
@pytest.mark.parametrize("kind", ["prediction", "label"])
def test_the_reference_agrees_on_sound_records(value: bytes, kind: str) -> None:
    check_against_the_reference(value, kind)
