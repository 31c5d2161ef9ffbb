"""What costs a field and not the ticket: each kind of small harm, what is read, and what is noted of it."""

import json
import math
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.domain.events.decode import Event, decode
from monitor.domain.events.names import normal, too_long
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Design, Kind, Label, LabelScope, Model, Prediction
from monitor.errors import DecodeError
from tests.domain.events.records import LABEL, PREDICTION


def read(content: dict[str, Any] | bytes, kind: str = "prediction") -> tuple[Event, list[Mend]]:
    value = content if isinstance(content, bytes) else json.dumps(content).encode()
    mends: list[Mend] = []
    return decode(value, kind, mends=mends), mends


def a_prediction(content: dict[str, Any] | bytes) -> tuple[Prediction, list[Mend]]:
    event, mends = read(content)
    assert isinstance(event, Prediction)
    return event, mends


def a_label(content: dict[str, Any]) -> tuple[Label, list[Mend]]:
    event, mends = read(content, "label")
    assert isinstance(event, Label)
    return event, mends


def scored(score: object) -> tuple[float | None, list[Mend]]:
    event, mends = a_prediction(PREDICTION | {"predicted": {"intent": "refund", "score": score}})
    return event.score, mends


@pytest.mark.parametrize(
    ("score", "kept"), [(1.0000097799, 1.0), (1.0001, 1.0), (-1e-9, 0.0), (-0.0001, 0.0), (1.00000001, 1.0)]
)
def test_a_score_within_rounding_of_its_range_is_that_bound(score: float, kept: float) -> None:
    assert scored(score) == (kept, [Mend.SCORE_CLIPPED])


@pytest.mark.parametrize(
    "score", [1.00011, 1.5, -0.01, 87, 1e300, float("nan"), float("inf"), "0.93", True, [0.9], {}, ""]
)
def test_a_score_that_is_none_costs_the_score_and_not_the_ticket(score: object) -> None:
    assert scored(score) == (None, [Mend.SCORE_DROPPED])


@pytest.mark.parametrize("digits", ["1e400", "9" * 5_000, "-1e400"])
def test_a_score_beyond_any_number_costs_the_score(digits: str) -> None:
    value = json.dumps(PREDICTION).replace('"refund"', f'"refund","score":{digits}').encode()
    event, mends = a_prediction(value)
    assert (event.intent, event.score, mends) == ("refund", None, [Mend.SCORE_DROPPED])


@pytest.mark.parametrize(
    "scores", [{"a": float("nan")}, {"a": "0.5"}, {"a": None}, [0.5, 0.5], 0.5, {"\ud83d": 1}]
)
def test_scores_that_are_no_numbers_by_intent_cost_themselves(scores: object) -> None:
    event, mends = a_prediction(
        PREDICTION | {"predicted": {"intent": "refund", "score": 0.5, "scores": scores}}
    )
    assert (event.score, mends) == (0.5, [Mend.SCORES_DROPPED])


def test_a_score_within_its_range_is_nothing_to_tell() -> None:
    assert [scored(score) for score in (0, 1, 0.5, None)] == [(0.0, []), (1.0, []), (0.5, []), (None, [])]


def test_a_probability_within_rounding_of_one_is_one() -> None:
    label, mends = a_label(LABEL | {"sampling": {"design": "uniform", "probability": 1.00002}})
    assert (label.probability, mends) == (1.0, [Mend.PROBABILITY_CLIPPED])


@pytest.mark.parametrize("probability", [2, -1, 0, float("nan"), "half", 1.01])
def test_a_probability_that_is_none_costs_itself_where_no_design_needs_it(probability: object) -> None:
    label, mends = a_label(LABEL | {"sampling": {"probability": probability}})
    assert (label.intent, label.design, label.probability) == ("refund", Design.UNKNOWN, None)
    assert mends == [Mend.PROBABILITY_DROPPED]


@pytest.mark.parametrize("predicted", [{"intent": None}, {"intent": None, "score": 0.9}, None])
def test_an_abstention_is_a_prediction_without_an_intent(predicted: object) -> None:
    event, mends = a_prediction(PREDICTION | {"predicted": predicted})
    assert (event.prediction_id, event.intent, mends) == ("p1", "", [])


def test_a_prediction_that_forgets_its_intent_is_no_abstention() -> None:
    with pytest.raises(DecodeError, match="schema_invalid"):
        read(PREDICTION | {"predicted": {"score": 0.5}})


@pytest.mark.parametrize(
    "spelled",
    [
        "refund ",
        " refund",
        "refund\n",
        "\trefund",
        "refund\u00a0",
        "\ufeffrefund",
        "refund\u200b",
        "\u3000refund\u2060",
    ],
)
def test_blanks_around_a_name_do_not_make_another_name(spelled: str) -> None:
    event, mends = a_prediction(PREDICTION | {"predicted": {"intent": spelled}})
    assert (event.intent, mends) == ("refund", [Mend.NAME_TRIMMED])
    label, mends = a_label(LABEL | {"intent": spelled})
    assert (label.intent, mends) == ("refund", [Mend.NAME_TRIMMED])


def test_the_normal_form_of_a_name_does_not_make_another_name() -> None:
    composed, decomposed = (unicodedata.normalize(form, "rückgabe") for form in ("NFC", "NFD"))
    assert composed != decomposed
    event, mends = a_prediction(PREDICTION | {"predicted": {"intent": decomposed}})
    assert (event.intent, mends) == (composed, [Mend.NAME_TRIMMED])


def test_the_names_of_models_and_slices_are_trimmed_too() -> None:
    event, mends = a_prediction(
        PREDICTION
        | {
            "model": {"name": "tickets ", "version": " 7", "environment": "prod\n"},
            "slices": {"channel ": " email", "tier": "free"},
        }
    )
    assert (event.model, event.slices) == (Model("tickets", "7"), {"channel": "email", "tier": "free"})
    assert set(mends) == {Mend.NAME_TRIMMED}


@pytest.mark.parametrize(
    ("model", "scope"),
    [
        ({"name": "tickets", "version": 7}, LabelScope("tickets", "7")),
        ({"version": 2**70}, LabelScope(version="1180591620717411303424")),
        ({"id": "x"}, None),
        ({"name": None, "version": None}, None),
    ],
)
def test_a_whole_number_in_a_labels_model_is_its_digits(
    model: dict[str, object], scope: LabelScope | None
) -> None:
    label, mends = a_label(LABEL | {"model": model})
    assert (label.scope, mends) == (scope, [])


@pytest.mark.parametrize(
    "model",
    [
        "tickets",
        7,
        ["tickets"],
        {"name": ""},
        {"name": "tickets", "version": " "},
        {"name": "tickets", "version": 1.10},
        {"name": "tickets", "version": True},
        {"name": "tickets", "version": ["7"]},
        {"name": "tickets", "version": math.nan},
        {"name": "tickets\0"},
        {"name": "tickets", "version": "7" * 256},
        {"name": "tickets", "version": "😀" * 129},
    ],
)
def test_a_labels_model_that_names_none_is_left_out(model: object) -> None:
    label, mends = a_label(LABEL | {"model": model})
    assert (label.intent, label.scope, mends) == ("refund", None, [Mend.MODEL_DROPPED])


@pytest.mark.parametrize("annotator", ["", "a" * 256, "a\0", 1.5, True, {"id": 17}, ["a17"], 10**300])
def test_an_annotator_that_is_neither_name_nor_number_costs_no_label(annotator: object) -> None:
    label, mends = a_label(LABEL | {"source": {"kind": "adjudicated", "annotator": annotator}})
    assert (label.annotator, label.kind, label.intent) == (None, Kind.ADJUDICATED, "refund")
    assert mends == [Mend.ANNOTATOR_DROPPED]


def test_a_half_character_in_a_labels_model_leaves_it_out() -> None:
    label, mends = a_label(LABEL | {"model": {"name": "\ud83d"}})
    assert (label.scope, set(mends)) == (None, {Mend.FIELD_IGNORED, Mend.MODEL_DROPPED})


@pytest.mark.parametrize(
    "model", ["tickets", {"name": "tickets", "version": 7}, {"name": "", "version": "7"}]
)
def test_the_model_of_a_prediction_in_a_label_is_needed(model: object) -> None:
    with pytest.raises(DecodeError):
        a_label(
            LABEL | {"prediction": PREDICTION | {"prediction_id": LABEL["prediction_id"], "model": model}}
        )


def test_ids_are_no_names() -> None:
    event, mends = a_prediction(PREDICTION | {"prediction_id": " p1 "})
    assert (event.prediction_id, mends) == (" p1 ", [])


def test_a_slice_that_is_too_long_costs_the_slice() -> None:
    event, mends = a_prediction(
        PREDICTION
        | {"slices": {"agent": "Mozilla/" * 100, "x" * 256: "email", "tier": "free", "語" * 171: "a"}}
    )
    assert event.slices == {"agent": "__other__", "tier": "free"}
    assert set(mends) == {Mend.SLICE_CUT}


def test_names_fit_into_an_index_of_either_database() -> None:
    # PostgreSQL's B-tree takes rows of at most 2,704 bytes; no index of ours has more than four names.
    longest = "語" * 170
    assert not too_long(longest)
    assert too_long(longest + "語")
    assert 4 * len(longest.encode()) + 600 < 2_704


@pytest.mark.parametrize("text", ["Where is my money \ud83d", "\ude00 my money"])
def test_a_text_cut_inside_an_emoji_is_described_and_the_ticket_counts(text: str) -> None:
    event, mends = a_prediction(PREDICTION | {"text": text})
    assert (event.prediction_id, mends) == ("p1", [Mend.TEXT_MENDED])
    assert event.text is not None
    assert "money" in event.text
    event.text.encode()  # whole again


@pytest.mark.parametrize(
    "beside",
    [
        '"x":"\\ud83d","x":1',
        '"x":"\\uDE00","x":1',
        '"source":{"kind":"weak","annotat\\ud83d":"a"},"source":{"kind":"weak"}',
        '"x":{"y":"\\ud83d\\ud83d\\ude00","y":0}',
    ],
)
def test_half_of_a_pair_in_a_field_that_is_given_twice_costs_nothing(beside: str) -> None:
    event, mends = read(json.dumps(LABEL).encode()[:-1] + b"," + beside.encode() + b"}", "label")
    assert isinstance(event, Label)
    assert mends == [Mend.FIELD_IGNORED]


@pytest.mark.parametrize("strange", [float("nan"), "half \ud83d", {"a": [float("-inf")]}])
def test_a_field_that_nobody_reads_costs_nothing(strange: object) -> None:
    event, mends = a_prediction(PREDICTION | {"trace": strange})
    assert event == a_prediction(PREDICTION)[0]
    assert mends == [Mend.FIELD_IGNORED]


def test_a_byte_order_mark_says_nothing_wherever_the_record_lay() -> None:
    event, mends = a_prediction(b"\xef\xbb\xbf" + json.dumps(PREDICTION).encode())
    assert (event, mends) == (a_prediction(PREDICTION)[0], [])


def test_a_mended_event_is_equal_to_itself_when_it_comes_again() -> None:
    noisy = PREDICTION | {"predicted": {"intent": "refund ", "score": float("nan")}}
    assert a_prediction(noisy)[0] == a_prediction(PREDICTION)[0]


def test_what_is_put_right_inside_a_label_is_noted_too() -> None:
    inside = PREDICTION | {"predicted": {"intent": "refund", "score": float("nan")}, "text": "\ud83d"}
    event, mends = read(LABEL | {"prediction": inside}, "label")
    assert isinstance(event, tuple)
    assert set(mends) == {Mend.SCORE_DROPPED, Mend.TEXT_MENDED}


def test_no_time_is_after_the_latest_that_can_be() -> None:
    latest = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    value = json.dumps(PREDICTION).encode()
    assert isinstance(decode(value, "prediction", latest=latest), Prediction)
    late = json.dumps(PREDICTION | {"ts": "2026-11-22T13:00:00.001Z"}).encode()
    with pytest.raises(DecodeError, match=r"not between 2000 and 2026-11-22 13:00 UTC"):
        decode(late, "prediction", latest=latest)
    with pytest.raises(DecodeError, match="time_out_of_range"):
        decode(json.dumps(LABEL | {"labeled_at": "2031-05-01T00:00:00Z"}).encode(), "label", latest=latest)


@pytest.mark.parametrize("name", ["refund", "", "é", "a b"])
def test_a_tidy_name_is_left_alone(name: str) -> None:
    assert normal(name) is name
