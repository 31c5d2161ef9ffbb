"""Bytes in, an event out: every default, and whatever a sound record may hold."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.domain.events.decode import decode
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design, Kind, Label, Model, Prediction
from monitor.errors import DecodeError
from tests.domain.events.records import (
    FULL_LABEL,
    FULL_PREDICTION,
    LABEL,
    ONE_OCLOCK,
    PREDICTED,
    PREDICTION,
    a_label,
    a_prediction,
    beside,
    label,
    prediction,
    raw,
    refused,
)


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
        scores={"gdpr_erasure": 0.06},
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
        annotator="a17",
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


@pytest.mark.parametrize(("given", "read"), [("a17", "a17"), (17, "17"), (None, None), (" Ann ", " Ann ")])
def test_an_annotator_is_a_name_as_it_is_or_a_number_as_its_digits(given: object, read: str | None) -> None:
    assert a_label(label(source={"annotator": given})).annotator == read


def test_a_retraction_needs_no_intent() -> None:
    read = a_label(raw({n: v for n, v in LABEL.items() if n != "intent"} | {"status": "retracted"}))
    assert (read.retracted, read.intent) == (True, "")


def test_a_label_may_say_that_there_is_no_intent_but_not_leave_it_out() -> None:
    assert a_label(label(intent=None)).intent == NO_INTENT
    assert a_label(label(intent=None)) != a_label(label(intent=None, status="retracted"))
    assert a_label(label(intent="null")).intent == "null"
    with pytest.raises(
        DecodeError, match="needs an intent unless it is retracted; null says that there is none"
    ):
        decode(raw({n: v for n, v in LABEL.items() if n != "intent"}), "label")


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
    inside = PREDICTION | {"predicted": {"intent": ""}}
    assert refused(label(prediction=inside), "label").code == "empty_id"


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
