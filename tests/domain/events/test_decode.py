"""Bytes in, an event or a code out: every code, every default, and whatever else a topic may hold."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.events.decode import CODES, Event, decode
from monitor.domain.events.types import Design, Kind, Label, Model, Prediction
from monitor.errors import DecodeError
from tests.domain.events.slow_decode import Doubtful, reference

EXAMPLES = int(os.environ.get("ANCHORWATCH_TEST_EXAMPLES", "400"))
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
    """The record with one more member, spelled exactly so."""
    return raw(content)[:-1] + b"," + member + b"}"


def a_prediction(value: bytes, kind: str = "prediction") -> Prediction:
    event = decode(value, kind)
    assert isinstance(event, Prediction)
    return event


def a_label(value: bytes, kind: str = "label") -> Label:
    event = decode(value, kind)
    assert isinstance(event, Label)
    return event


def refused(value: bytes | None, kind: str = "prediction") -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decode(value, kind, max_bytes=400_000)
    return caught.value


BROKEN: list[tuple[str, bytes | None, str]] = [
    ("tombstone", None, "prediction"),
    ("too_large", b" " * 400_001, "prediction"),
    ("not_json", b"", "prediction"),
    ("not_json", b"{", "prediction"),
    ("not_json", b'{"a" 1}', "label"),
    ("not_json", b"\xef\xbb\xbf" + raw(PREDICTION), "prediction"),  # a byte-order mark
    ("not_json", raw(PREDICTION).decode().encode("utf-16"), "prediction"),
    ("not_json", raw(PREDICTION) + raw(PREDICTION), "prediction"),
    ("not_json", raw(PREDICTION).replace(b'"p1"', b'"\xe9"'), "prediction"),  # Latin-1
    ("not_json", raw(PREDICTION).replace(b'"p1"', b'"\xed\xa0\x80"'), "prediction"),  # a raw surrogate
    ("not_json", raw(PREDICTION).replace(b'"p1"', rb'"\ud83d"'), "prediction"),  # half an emoji
    ("not_json", beside(PREDICTION, rb'"unknown":"\ud83d"'), "prediction"),
    ("not_json", raw(PREDICTION).replace(b'"p1"', b'"p\x001"'), "prediction"),  # a bare NUL byte
    ("not_json", beside(PREDICTION, b'"deep":' + b"[" * 100_000 + b"]" * 100_000), "prediction"),
    ("not_json", beside(PREDICTION, b'"slices":' + b'{"a":' * 60_000), "prediction"),
    ("not_json", beside(LABEL, b'"prediction":' + b"[" * 100_000 + b"]" * 100_000), "label"),
    ("not_finite", prediction(predicted=PREDICTED | {"score": float("nan")}), "prediction"),
    ("not_finite", prediction(predicted=PREDICTED | {"score": float("inf")}), "prediction"),
    ("not_finite", prediction(predicted=PREDICTED | {"scores": {"a": float("-inf")}}), "prediction"),
    ("not_finite", raw(PREDICTION).replace(b'"refund"', b'"refund","scores":{"a":1e400}'), "prediction"),
    ("not_finite", label(sampling={"probability": float("nan")}), "label"),
    ("schema_invalid", b"[]", "prediction"),
    ("schema_invalid", b"null", "label"),
    ("schema_invalid", b"{}", "prediction"),
    ("schema_invalid", prediction(prediction_id=7), "prediction"),
    ("schema_invalid", prediction(slices={"channel": 7}), "prediction"),
    ("schema_invalid", prediction(slices={"channel": None}), "prediction"),
    ("schema_invalid", prediction(ts=1763825340), "prediction"),
    ("schema_invalid", prediction(ts="22.11.2026 13:00"), "prediction"),
    ("schema_invalid", prediction(ts="2026-02-29T13:00:00Z"), "prediction"),  # no such day
    ("schema_invalid", prediction(event=3), "prediction"),
    ("schema_invalid", label(revision=1.5), "label"),
    ("schema_invalid", label(revision=True), "label"),
    ("schema_invalid", label(status="deleted"), "label"),
    ("schema_invalid", label(source={"kind": "guess"}), "label"),
    ("schema_invalid", label(source={"kind": "timezone component"}), "label"),
    ("schema_invalid", label(source={"kind": "of length >= 1"}), "label"),
    ("schema_invalid", label(sampling={"design": "stratified"}), "label"),
    ("schema_invalid", without(LABEL, "intent"), "label"),
    ("schema_invalid", label(prediction={}), "label"),
    ("schema_invalid", label(prediction=3), "label"),
    ("schema_invalid", label(prediction=PREDICTION | {"prediction_id": "p2"}), "label"),
    ("empty_id", prediction(prediction_id=""), "prediction"),
    ("empty_id", prediction(model={"name": "", "version": "7"}), "prediction"),
    ("empty_id", prediction(model={"name": "t", "version": ""}), "prediction"),
    ("empty_id", prediction(model={"name": "t", "version": "7", "environment": ""}), "prediction"),
    ("empty_id", prediction(predicted={"intent": ""}), "prediction"),
    ("empty_id", prediction(subject=""), "prediction"),
    ("empty_id", label(label_id=""), "label"),
    ("empty_id", label(prediction_id=""), "label"),
    ("empty_id", label(intent=""), "label"),
    ("id_too_long", prediction(prediction_id="x" * 256), "prediction"),
    ("id_too_long", prediction(predicted={"intent": "x" * 256}), "prediction"),
    ("id_too_long", label(label_id="é" * 256), "label"),
    ("time_without_zone", prediction(ts="2026-11-22T13:00:00"), "prediction"),
    ("time_without_zone", label(labeled_at="2026-11-22T13:00:00"), "label"),
    ("time_out_of_range", prediction(ts="1999-12-31T23:59:59.999999Z"), "prediction"),
    ("time_out_of_range", prediction(ts="2100-01-01T00:00:00.000001Z"), "prediction"),
    ("time_out_of_range", prediction(ts="0001-01-01T00:00:00+23:59"), "prediction"),  # before year 1 in UTC
    ("time_out_of_range", label(labeled_at="9999-12-31T23:59:59-23:59"), "label"),  # after 9999 in UTC
    ("score_out_of_range", prediction(predicted=PREDICTED | {"score": 1.0000001}), "prediction"),
    ("score_out_of_range", prediction(predicted=PREDICTED | {"score": -0.1}), "prediction"),
    ("score_out_of_range", raw(PREDICTION).replace(b'"refund"', b'"refund","score":1e400'), "prediction"),
    (
        "score_out_of_range",
        raw(PREDICTION).replace(b'"refund"', b'"refund","score":' + b"9" * 5000),
        "prediction",
    ),
    ("probability_out_of_range", label(sampling={"design": "uniform", "probability": 0}), "label"),
    ("probability_out_of_range", label(sampling={"probability": 1.01}), "label"),
    ("probability_out_of_range", beside(LABEL, b'"sampling":{"probability":1e400}'), "label"),
    ("revision_out_of_range", label(revision=-1), "label"),
    ("revision_out_of_range", label(revision=2**31), "label"),
    ("revision_out_of_range", beside(LABEL, b'"revision":' + b"9" * 4_000), "label"),
    ("revision_out_of_range", beside(LABEL, b'"revision":' + b"9" * 5_000), "label"),
    ("bad_character", prediction(prediction_id="p\0"), "prediction"),
    ("bad_character", prediction(model={"name": "t\0", "version": "7"}), "prediction"),
    ("bad_character", prediction(predicted={"intent": "\0"}), "prediction"),
    ("too_many_slices", prediction(slices={f"s{i}": "x" for i in range(65)}), "prediction"),
    ("bad_character", prediction(slices={"chan\0nel": "x"}), "prediction"),
    ("bad_character", prediction(slices={"channel": "\0"}), "prediction"),
    ("bad_character", prediction(subject="a\0"), "prediction"),
    ("bad_character", label(label_id="l\0"), "label"),
    ("bad_character", label(prediction_id="p\0"), "label"),
    ("bad_character", label(intent="a\0"), "label"),
    ("bad_character", label(prediction=PREDICTION | {"predicted": {"intent": "a\0"}}), "label"),
    ("unknown_event", prediction(event="feedback"), "prediction"),
    ("unknown_event", b'{"event":""}', "label"),
]


@pytest.mark.parametrize(("code", "value", "kind"), BROKEN)
def test_a_record_that_is_no_event_is_refused_with_its_code(
    code: str, value: bytes | None, kind: str
) -> None:
    assert refused(value, kind).code == code


def test_every_code_is_provoked_here_but_the_one_that_only_the_join_can_give() -> None:
    assert {code for code, _, _ in BROKEN} == CODES.keys() - {"conflict"}


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (None, "prediction", "tombstone: the record has no value"),
        (b" " * 400_001, "label", "too_large: 400001 bytes, more than the 400000 allowed"),
        (without(PREDICTION, "ts"), "prediction", "schema_invalid: Object missing required field `ts`"),
        (
            prediction(predicted=PREDICTED | {"score": 1.5}),
            "prediction",
            "score_out_of_range: predicted.score is 1.5, not within 0 and 1",
        ),
        (
            prediction(event="feedback"),
            "label",
            "unknown_event: event is 'feedback', not 'prediction' or 'label'",
        ),
        (
            without(LABEL, "intent"),
            "label",
            "schema_invalid: a label needs an intent unless it is retracted",
        ),
        (
            label(status="gone"),
            "label",
            "schema_invalid: status is 'gone', not 'active' or 'retracted'",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong(value: bytes | None, kind: str, said: str) -> None:
    assert str(refused(value, kind)) == said


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (label(source={"kind": "ann@example.org" * 9_000}), "label"),
        (label(sampling={"design": "ann@example.org" * 9_000}), "label"),
        (prediction(slices={"ann@example.org" * 9_000: 3}), "prediction"),
        (prediction(prediction_id="ann@example.org" * 9_000), "prediction"),
        (beside(LABEL, b'"revision":' + b"9" * 4_000), "label"),
    ],
)
def test_a_refusal_is_short_and_repeats_nothing_about_anyone(value: bytes, kind: str) -> None:
    detail = refused(value, kind).detail
    assert len(detail) < 120
    assert "ann@" not in detail


def test_a_prediction_is_read_whole() -> None:
    read = a_prediction(raw(FULL_PREDICTION))
    assert read == Prediction(
        "018f-1",
        datetime(2026, 11, 22, 15, 29, 0, 112_000, tzinfo=UTC),
        Model("tickets", "7", "shadow"),
        "cancel_account",
        read.digest,
        0.87,
        {"channel": "email", "tier": "enterprise"},
        "delete my account",
        "ann",
    )


def test_a_label_is_read_whole() -> None:
    assert decode(raw(FULL_LABEL), "label") == Label(
        "ls-9001",
        "018f-1",
        "gdpr_erasure",
        datetime(2026, 11, 23, 9, 10, tzinfo=UTC),
        3,
        False,
        Kind.ADJUDICATED,
        Design.UNIFORM,
        0.02,
    )


def test_a_prediction_needs_no_more_than_an_id_a_time_a_model_and_an_intent() -> None:
    read = a_prediction(raw(PREDICTION))
    assert read == Prediction(
        "p1", ONE_OCLOCK, Model("tickets", "7", "prod"), "refund", read.digest, None, {}, None, None
    )


def test_a_label_needs_no_more_than_its_ids_a_time_and_an_intent() -> None:
    assert decode(raw(LABEL), "label") == Label(
        "l1", "p1", "refund", ONE_OCLOCK, 1, False, Kind.HUMAN, Design.UNKNOWN, None
    )


@pytest.mark.parametrize("field", ["event", "slices", "text", "subject"])
def test_null_is_as_good_as_absent_in_a_prediction(field: str) -> None:
    assert decode(prediction(**{field: None}), "prediction") == decode(raw(PREDICTION), "prediction")


@pytest.mark.parametrize("field", ["event", "source", "sampling", "prediction"])
def test_null_is_as_good_as_absent_in_a_label(field: str) -> None:
    assert decode(label(**{field: None}), "label") == decode(raw(LABEL), "label")


def test_a_source_without_a_kind_is_human_and_a_sampling_without_a_design_unknown() -> None:
    read = a_label(label(source={"annotator": "a17"}, sampling={"probability": 0.5}))
    assert (read.kind, read.design, read.probability) == (Kind.HUMAN, Design.UNKNOWN, 0.5)


def test_a_retraction_needs_no_intent() -> None:
    read = a_label(raw({n: v for n, v in LABEL.items() if n != "intent"} | {"status": "retracted"}))
    assert (read.retracted, read.intent) == (True, "")


def test_fields_nobody_knows_are_ignored_wherever_they_are() -> None:
    assert decode(
        prediction(
            trace={"id": [1, 2]},
            model=PREDICTION["model"] | {"sha": "f00"},
            predicted=PREDICTED | {"latency_ms": 1e308},
        ),
        "prediction",
    ) == decode(raw(PREDICTION), "prediction")
    assert decode(label(trace=None, source={"kind": "human", "tool": {}}), "label") == decode(
        raw(LABEL), "label"
    )


def test_a_number_too_large_for_us_is_ignored_where_its_field_is() -> None:
    assert decode(beside(PREDICTION, b'"x":1e400,"y":' + b"9" * 9_999), "prediction") == decode(
        raw(PREDICTION), "prediction"
    )


def test_an_event_may_come_on_the_other_topic_if_it_names_itself() -> None:
    assert decode(prediction(event="prediction"), "label") == decode(raw(PREDICTION), "prediction")
    assert decode(label(event="label"), "prediction") == decode(raw(LABEL), "label")


def test_an_event_without_a_name_is_what_its_topic_holds() -> None:
    assert refused(raw(LABEL), "prediction").code == "schema_invalid"
    assert refused(raw(PREDICTION), "label").code == "schema_invalid"


def test_a_label_with_its_prediction_inside_gives_both() -> None:
    both = decode(label(prediction=PREDICTION), "label")
    assert both == (decode(raw(PREDICTION), "prediction"), decode(raw(LABEL), "label"))


def test_a_prediction_is_the_same_alone_and_inside_a_label() -> None:
    spaced = json.dumps(FULL_PREDICTION | {"prediction_id": "p1"}, indent=3).encode()
    both = decode(beside(LABEL, b'"prediction":' + spaced), "label")
    assert isinstance(both, tuple)
    assert both[0].digest == a_prediction(raw(FULL_PREDICTION)).digest


def test_what_is_wrong_with_the_prediction_inside_refuses_the_label_too() -> None:
    inside = PREDICTION | {"predicted": {"intent": "refund", "score": 2}}
    assert refused(label(prediction=inside), "label").code == "score_out_of_range"


@pytest.mark.parametrize(
    "spelled",
    [
        json.dumps(dict(reversed(FULL_PREDICTION.items()))),
        json.dumps(FULL_PREDICTION, indent=2) + "\r\n\t ",
        json.dumps(FULL_PREDICTION | {"ts": "2026-11-22T16:29:00.112+01:00"}),
        json.dumps(FULL_PREDICTION | {"ts": "2026-11-22T15:29:00.112000-00:00"}),
        json.dumps(FULL_PREDICTION | {"ts": "2026-11-22 15:29:00.112z"}),
        json.dumps(FULL_PREDICTION | {"slices": {"tier": "enterprise", "channel": "email"}}),
        json.dumps(FULL_PREDICTION).replace("0.87", "8.70E-1"),
        json.dumps(FULL_PREDICTION).replace("ann", r"\u0061nn"),
        json.dumps(FULL_PREDICTION | {"trace_id": "of another delivery"}),
        json.dumps({name: value for name, value in FULL_PREDICTION.items() if name != "event"}),
    ],
)
def test_equal_content_has_an_equal_digest_however_it_is_spelled(spelled: str) -> None:
    assert decode(spelled.encode(), "prediction") == decode(raw(FULL_PREDICTION), "prediction")


@pytest.mark.parametrize(
    "changes",
    [
        {"ts": "2026-11-22T15:29:00.112001Z"},
        {"model": {"name": "ticket", "version": "s7", "environment": "shadow"}},
        {"model": {"name": "tickets", "version": "8", "environment": "shadow"}},
        {"model": {"name": "tickets", "version": "7"}},
        {"predicted": {"intent": "refund", "score": 0.87, "scores": {"gdpr_erasure": 0.06}}},
        {"predicted": {"intent": "cancel_account", "score": 0.88, "scores": {"gdpr_erasure": 0.06}}},
        {"predicted": {"intent": "cancel_account", "scores": {"gdpr_erasure": 0.06}}},
        {"predicted": {"intent": "cancel_account", "score": 0.87, "scores": {"gdpr_erasure": 0.07}}},
        {"predicted": {"intent": "cancel_account", "score": 0.87}},
        {"slices": {"channel": "email"}},
        {"slices": {"channel": "enterprise", "tier": "email"}},
        {"text": "delete my accounts"},
        {"text": None},
        {"subject": "bob"},
    ],
)
def test_different_content_has_another_digest(changes: dict[str, Any]) -> None:
    other = a_prediction(raw(FULL_PREDICTION | changes))
    assert other.digest != a_prediction(raw(FULL_PREDICTION)).digest


def test_the_digest_is_that_of_the_first_release_so_that_stored_ones_stay_good() -> None:
    assert a_prediction(raw(PREDICTION)).digest.hex() == "04720a380ffbe02cae4cb0ea117b074b"


def test_a_score_may_be_zero_one_or_an_integer() -> None:
    scores = [a_prediction(prediction(predicted=PREDICTED | {"score": s})).score for s in (0, 1, 1.0)]
    assert scores == [0.0, 1.0, 1.0]


def test_the_first_and_the_last_moment_and_revision_are_allowed() -> None:
    first, last = "2000-01-01T00:00:00Z", "2100-01-01T01:00:00+01:00"
    assert a_prediction(prediction(ts=first)).ts == datetime(2000, 1, 1, tzinfo=UTC)
    assert a_label(label(labeled_at=last)).labeled_at == datetime(2100, 1, 1, tzinfo=UTC)
    assert a_label(label(revision=0)).revision == 0
    assert a_label(label(revision=2**31 - 1)).revision == 2_147_483_647


def test_every_time_comes_out_in_utc() -> None:
    assert a_prediction(prediction(ts="2026-11-22T18:30:00+05:30")).ts.tzinfo is UTC
    assert a_prediction(prediction(ts="2026-11-22T18:30:00+05:30")).ts == ONE_OCLOCK
    assert a_label(label(labeled_at="2026-11-22T03:00:00-10:00")).labeled_at == ONE_OCLOCK


def test_ids_of_255_characters_of_any_script_are_allowed() -> None:
    for character in ("x", "é", "語", "😀"):
        assert a_prediction(prediction(prediction_id=character * 255)).prediction_id == character * 255


def test_an_emoji_is_the_same_as_bytes_and_as_a_pair_of_escapes() -> None:
    escaped = raw(PREDICTION | {"prediction_id": "😀"})
    bare = json.dumps(PREDICTION | {"prediction_id": "😀"}, ensure_ascii=False).encode()
    assert b"\\ud83d\\ude00" in escaped
    assert decode(escaped, "prediction") == decode(bare, "prediction")


def test_a_nul_in_the_text_harms_nothing_because_the_text_is_never_kept() -> None:
    assert a_prediction(prediction(text="a\0b")).text == "a\0b"


def test_the_six_characters_backslash_u0000_are_no_nul() -> None:
    assert a_prediction(prediction(prediction_id=r"\u0000")).prediction_id == r"\u0000"


def test_of_a_key_given_twice_the_last_counts() -> None:
    assert a_prediction(beside(PREDICTION, b'"prediction_id":"p2"')).prediction_id == "p2"
    twice = beside(PREDICTION, b'"slices":{"a":"1","a":"2"}')
    assert a_prediction(twice).slices == {"a": "2"}


def test_a_record_just_as_long_as_allowed_is_read() -> None:
    value = raw(PREDICTION)
    assert isinstance(decode(value, "prediction", max_bytes=len(value)), Prediction)


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
    )


def is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def check_against_the_reference(value: bytes, kind: str) -> None:
    try:
        found: object = plain(decode(value, kind))
        code = None
    except DecodeError as err:
        found, code = None, err.code
    assert code is None or code in CODES
    try:
        problems, expected = reference(value, kind)
    except (Doubtful, RecursionError):
        return
    if code is None:
        assert (problems, found) == (set(), expected)
    elif code != "not_json" or is_utf8(value):  # not_json is always true of what is not UTF-8
        assert code in problems


SEEDS = [
    raw(PREDICTION),
    raw(LABEL),
    raw(FULL_PREDICTION),
    raw(FULL_LABEL),
    label(prediction=FULL_PREDICTION | {"prediction_id": "p1"}),
    label(status="retracted", revision=2),
    prediction(event="label"),
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
    content = json.loads(draw(st.sampled_from(SEEDS[:7])))
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
