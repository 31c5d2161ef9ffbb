"""Several predicted intents of one ticket, and labels that list theirs: how they are read."""

import pytest

from monitor.domain.events.answers import counted_answer
from monitor.domain.events.decode import decode
from monitor.domain.events.fields import ANSWERS_MAX
from monitor.domain.events.names import NO_ANSWER, NO_INTENT
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Label, Prediction
from monitor.errors import DecodeError
from tests.domain.events.records import LABEL, label, prediction, raw


def read(**predicted: object) -> Prediction:
    event = decode(prediction(predicted=predicted), "prediction")
    assert isinstance(event, Prediction)
    return event


def said(**changes: object) -> str:
    event = decode(label(**changes), "label")
    assert isinstance(event, Label)
    return event.intent


def test_several_intents_are_read_in_their_order_each_once_and_tidied() -> None:
    mends: list[Mend] = []
    event = decode(prediction(predicted={"intents": ["refund", " bug", "refund"]}), "prediction", mends=mends)
    assert isinstance(event, Prediction)
    assert (event.intent, event.answers, mends) == ("refund", ("refund", "bug"), [Mend.NAME_TRIMMED])


def test_the_intent_that_is_named_apart_is_the_first_and_must_be_among_them() -> None:
    assert read(intent="bug", intents=["refund", "bug"]).answers == ("bug", "refund")
    with pytest.raises(DecodeError, match=r"predicted\.intent is not among predicted\.intents"):
        read(intent="cancel", intents=["refund", "bug"])


def test_a_list_of_one_is_that_intent_and_an_empty_one_is_no_answer() -> None:
    assert read(intents=["refund"]) == read(intent="refund")
    assert read(intents=[]) == read(intent=None)
    assert read(intents=[]).intent == NO_ANSWER


def test_other_intents_or_another_order_are_another_prediction() -> None:
    digests = [read(intents=each).digest for each in (["a", "b"], ["b", "a"], ["a", "b", "c"], ["a"])]
    assert len(set(digests)) == 4
    assert read(intents=["a", "b"]).digest == digests[0]


def test_what_can_be_in_no_list_is_refused_with_its_code() -> None:
    with pytest.raises(DecodeError) as too_many:
        read(intents=[f"i{n}" for n in range(ANSWERS_MAX + 1)])
    assert too_many.value.code == "too_many_intents"
    for intents, code in ((["a", ""], "empty_id"), (["a", " "], "empty_id"), (["a\0"], "bad_character")):
        with pytest.raises(DecodeError) as refused:
            read(intents=intents)
        assert refused.value.code == code
    with pytest.raises(DecodeError, match="missing required field `intent`"):
        read(score=0.5)


def test_a_label_may_list_one_intent_or_none_and_no_more() -> None:
    bare = {name: value for name, value in LABEL.items() if name != "intent"}
    assert decode(raw(bare | {"intents": ["refund"]}), "label") == decode(raw(LABEL), "label")
    assert said(intents=["refund"], intent="refund") == "refund"
    assert said(intents=[], intent=None) == NO_INTENT
    for changes in ({"intents": ["refund", "bug"]}, {"intents": ["bug"]}):  # beside the intent `refund`
        with pytest.raises(DecodeError) as refused:
            said(**changes)
        assert refused.value.code == "several_intents"


def test_what_counts_is_the_true_one_where_it_was_predicted_and_else_the_first() -> None:
    answers = ("refund", "bug", "cancel")
    assert counted_answer("refund", answers, "cancel") == "cancel"
    assert counted_answer("refund", answers, "erasure") == "refund"
    assert counted_answer("refund", answers, NO_INTENT) == "refund"
    assert counted_answer("refund", answers, None) == "refund"
