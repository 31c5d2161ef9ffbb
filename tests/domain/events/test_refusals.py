"""What is no event is refused with its code, in words that repeat nothing about anyone."""

import pytest

from monitor.domain.events.refusals import CODES
from monitor.domain.events.types import Unreadable
from tests.domain.events.records import (
    LABEL,
    PREDICTION,
    beside,
    label,
    prediction,
    raw,
    refused,
    without,
)

BROKEN: list[tuple[str, bytes, str]] = [
    ("too_large", b" " * 400_001, "prediction"),
    ("unreadable", Unreadable(b"a batch that unpacks to too much"), "prediction"),
    ("not_json", b"", "prediction"),
    ("not_json", b"{", "prediction"),
    ("not_json", b'{"a" 1}', "label"),
    ("not_json", raw(PREDICTION).decode().encode("utf-16"), "prediction"),
    ("not_json", raw(PREDICTION) + raw(PREDICTION), "prediction"),
    ("not_json", raw(PREDICTION).replace(b'"p1"', b'"\xe9"'), "prediction"),  # Latin-1
    ("not_json", raw(PREDICTION).replace(b'"p1"', b'"\xed\xa0\x80"'), "prediction"),  # a raw surrogate
    ("not_json", raw(PREDICTION).replace(b'"p1"', b'"p\x001"'), "prediction"),  # a bare NUL byte
    ("not_json", beside(PREDICTION, b'"deep":' + b"[" * 100_000 + b"]" * 100_000), "prediction"),
    ("not_json", beside(PREDICTION, b'"slices":' + b'{"a":' * 60_000), "prediction"),
    ("not_json", beside(LABEL, b'"prediction":' + b"[" * 100_000 + b"]" * 100_000), "label"),
    ("not_finite", label(sampling={"design": "uniform", "probability": float("nan")}), "label"),
    ("not_finite", prediction(prediction_id=float("nan")), "prediction"),
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
    ("probability_out_of_range", label(sampling={"design": "uniform", "probability": 0}), "label"),
    ("probability_out_of_range", label(sampling={"design": "uniform", "probability": 1.01}), "label"),
    (
        "probability_out_of_range",
        beside(LABEL, b'"sampling":{"design":"by_score","probability":1e400}'),
        "label",
    ),
    ("revision_out_of_range", label(revision=-1), "label"),
    ("revision_out_of_range", label(revision=2**31), "label"),
    ("revision_out_of_range", beside(LABEL, b'"revision":' + b"9" * 4_000), "label"),
    ("revision_out_of_range", beside(LABEL, b'"revision":' + b"9" * 5_000), "label"),
    ("bad_character", prediction(prediction_id="p\0"), "prediction"),
    ("bad_character", prediction(model={"name": "t\0", "version": "7"}), "prediction"),
    ("bad_character", prediction(predicted={"intent": "\0"}), "prediction"),
    ("too_many_slices", prediction(slices={f"s{i}": "x" for i in range(65)}), "prediction"),
    ("too_many_intents", prediction(predicted={"intents": [f"i{n}" for n in range(101)]}), "prediction"),
    ("several_intents", label(intents=["refund", "bug"]), "label"),
    ("bad_character", prediction(slices={"chan\0nel": "x"}), "prediction"),
    ("bad_character", prediction(slices={"channel": "\0"}), "prediction"),
    ("bad_character", prediction(subject="a\0"), "prediction"),
    ("bad_character", label(label_id="l\0"), "label"),
    ("bad_character", label(prediction_id="p\0"), "label"),
    ("bad_character", label(intent="a\0"), "label"),
    ("bad_character", label(prediction=PREDICTION | {"predicted": {"intent": "a\0"}}), "label"),
    ("bad_character", raw(PREDICTION).replace(b'"p1"', rb'"\ud83d"'), "prediction"),  # half an emoji
    ("bad_character", prediction(predicted={"intent": "refund \ud83d"}), "prediction"),
    ("bad_character", prediction(slices={"channel": "\ude00"}), "prediction"),
    ("bad_character", label(prediction=PREDICTION | {"subject": "\ud83d"}), "label"),
    ("empty_id", prediction(predicted={"intent": " \u00a0\u200b"}), "prediction"),
    ("empty_id", label(intent="\t"), "label"),
    ("id_too_long", prediction(predicted={"intent": "語" * 171}), "prediction"),  # 513 bytes
    ("id_too_long", prediction(model={"name": "t", "version": "😀" * 129}), "prediction"),
    ("bad_character", raw(PREDICTION).replace(b'"p1"', rb'"\ud83d"'), "prediction"),  # half an emoji
    ("bad_character", prediction(predicted={"intent": "refund \ud83d"}), "prediction"),
    ("bad_character", prediction(slices={"channel": "\ude00"}), "prediction"),
    ("bad_character", label(prediction=PREDICTION | {"subject": "\ud83d"}), "label"),
    ("empty_id", prediction(predicted={"intent": " \u00a0\u200b"}), "prediction"),
    ("empty_id", label(intent="\t"), "label"),
    ("id_too_long", prediction(predicted={"intent": "語" * 171}), "prediction"),  # 513 bytes
    ("id_too_long", prediction(model={"name": "t", "version": "😀" * 129}), "prediction"),
    ("unknown_event", prediction(event="feedback"), "prediction"),
    ("unknown_event", b'{"event":""}', "label"),
]


@pytest.mark.parametrize(("code", "value", "kind"), BROKEN)
def test_a_record_that_is_no_event_is_refused_with_its_code(code: str, value: bytes, kind: str) -> None:
    assert refused(value, kind).code == code


def test_every_code_is_provoked_here_but_those_that_only_the_join_the_database_and_a_mapping_can_give() -> (
    None
):
    assert {code for code, _, _ in BROKEN} == CODES.keys() - {
        "path_missing",
        "not_framed",
        "unknown_schema",
        "schema_unusable",
        "not_avro",
        "not_cloudevent",
        "batch_of_events",
        "not_captured",
        "not_inference",
        "conflict",
        "unstorable",
        "too_many_labels",
        "too_many_models",
    }


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        (b" " * 400_001, "label", "too_large: 400001 bytes, more than the 400000 allowed"),
        (without(PREDICTION, "ts"), "prediction", "schema_invalid: Object missing required field `ts`"),
        (
            label(sampling={"design": "uniform", "probability": 1.5}),
            "label",
            "probability_out_of_range: sampling.probability is 1.5, not above 0 and at most 1",
        ),
        (
            prediction(prediction_id="ann \ud83d"),
            "prediction",
            "bad_character: an id, an intent or a slice has a NUL character, or half of a pair",
        ),
        (
            prediction(event="feedback"),
            "label",
            "unknown_event: event is 'feedback', not 'prediction' or 'label'",
        ),
        (
            without(LABEL, "intent"),
            "label",
            "schema_invalid: a label needs an intent unless it is retracted; null says that there is none, in a map"
            " a default",
        ),
        (
            label(status="gone"),
            "label",
            "schema_invalid: status is neither 'active' nor 'retracted'",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong(value: bytes, kind: str, problem: str) -> None:
    assert str(refused(value, kind)) == problem


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
