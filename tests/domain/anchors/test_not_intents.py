"""What is no intent is promised nothing; a miss to a name of no answer is a miss to none."""

from monitor.domain.anchors.not_intents import examples_of_intents, promises_of_intents
from monitor.domain.anchors.promise import Example, Measured, Promise, promises_from_examples
from monitor.domain.events.names import NO_ANSWER

OTHERS = {"fallback", "none", "oos"}


def test_promises_of_other_names_are_left_out_and_misses_to_no_answer_are_added_up() -> None:
    refund = Promise(Measured(0.5, 10), misses_to={"": 1, "bug": 1, "fallback": 2, "none": 1, "oos": 1})
    promises = {("refund", ""): refund, ("oos", ""): refund, ("none", "tier=gold"): refund}
    assert promises_of_intents(promises, OTHERS) == {
        ("refund", ""): Promise(Measured(0.5, 10), misses_to={NO_ANSWER: 5, "bug": 1})
    }


def test_examples_and_the_promises_that_they_make_agree() -> None:
    rows = [Example("refund", "fallback"), Example("refund", "refund"), Example("oos", "fallback")]
    kept = examples_of_intents(rows, OTHERS)
    assert kept == [Example("refund", NO_ANSWER), Example("refund", "refund")]
    assert promises_from_examples(kept) == promises_of_intents(promises_from_examples(rows), OTHERS)
