"""What scikit-learn does to intents named like its summaries, and that none of it is misread.

`classification_report` writes the classes first and then its summaries over them: `accuracy` (a float;
`micro avg` instead where `labels=` leaves a class out), `macro avg`, `weighted avg`, and `samples avg` for
multilabel. So an intent of the name of a summary that is written is lost; an intent of a name that is not
written this time is there, unharmed, but for `accuracy`, which is always turned into one number.
"""

import random
from pathlib import Path

import pytest

from monitor.domain.anchors.promise import Measured
from monitor.errors import ConfigError
from tests.connectors.files.anchors.sklearn_reports import (
    A_AND_B,
    WAY_OUT,
    lost,
    named,
    numbers,
    problems,
    sklearn,
)


@pytest.mark.parametrize("intent", ["accuracy", "macro avg", "weighted avg"])
def test_an_intent_that_scikit_learn_overwrote_is_missed_and_the_report_refused(
    tmp_path: Path, intent: str
) -> None:
    report = sklearn(*named(intent))
    assert problems(tmp_path, report) == [lost(7, 5)]


@pytest.mark.parametrize("intent", ["macro avg", "weighted avg"])
def test_an_overwritten_intent_can_not_be_listed_either(tmp_path: Path, intent: str) -> None:
    assert problems(tmp_path, sklearn(*named(intent)), ["a", "b", intent]) == [
        f"FILE: key '{intent}': named by --intents, but the row is scikit-learn's summary and the intent's "
        "own row is lost; import a CSV (intent,recall,support) or the evaluated examples instead"
    ]


def test_an_intent_named_accuracy_is_one_number_only_and_can_not_be_listed(tmp_path: Path) -> None:
    assert problems(tmp_path, sklearn(*named("accuracy")), ["a", "accuracy"]) == [
        "FILE: key 'accuracy': scikit-learn replaced the intent's row by one number, so its recall is lost; "
        "import a CSV (intent,recall,support) or the evaluated examples (y_true,y_pred) instead"
    ]


def test_the_other_intents_of_such_a_report_can_be_listed(tmp_path: Path) -> None:
    report = sklearn(*named("accuracy"))
    assert numbers(tmp_path, report, ["a", "b"]) == A_AND_B


def test_an_intent_named_accuracy_is_lost_from_a_report_on_some_labels_too(tmp_path: Path) -> None:
    report = sklearn(*named("accuracy"), labels=["a", "accuracy"])
    assert isinstance(report["accuracy"], float)
    assert problems(tmp_path, report) == [lost(4, 2)]


@pytest.mark.parametrize("intent", ["micro avg", "samples avg"])
def test_an_intent_of_a_summary_that_was_not_written_is_an_intent(tmp_path: Path, intent: str) -> None:
    report = sklearn(*named(intent))
    assert numbers(tmp_path, report) == {**A_AND_B, intent: Measured(0.5, 2)}
    assert set(numbers(tmp_path, report, ["a", intent])) == {"a", intent}


def test_an_intent_named_micro_avg_is_lost_from_a_report_on_some_labels(tmp_path: Path) -> None:
    assert problems(tmp_path, sklearn(*named("micro avg"), labels=["a", "micro avg"])) == [lost(4, 2)]


def test_a_report_with_no_other_intent_is_refused_and_can_be_listed(tmp_path: Path) -> None:
    report = sklearn(["micro avg"] * 2, ["micro avg"] * 2)
    assert problems(tmp_path, report) == [lost(2, 0)]
    assert numbers(tmp_path, report, ["micro avg"]) == {"micro avg": Measured(1.0, 2)}


def test_two_classes_of_one_name_are_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, sklearn([0, 1], [0, 1], target_names=["a", "a"])) == [lost(2, 1)]


def test_accuracy_with_its_own_support_is_an_intent_where_the_summaries_count_it(tmp_path: Path) -> None:
    rows = {
        "accuracy": {"recall": 0.5, "support": 4},
        "a": {"recall": 1.0, "support": 2},
        "macro avg": {"recall": 0.75, "support": 6},
    }
    assert numbers(tmp_path, rows) == {"accuracy": Measured(0.5, 4), "a": Measured(1.0, 2)}


def test_accuracy_with_the_total_as_its_support_is_a_summary(tmp_path: Path) -> None:
    rows = {
        "a": {"recall": 0.5, "support": 4},
        "b": {"recall": 1.0, "support": 2},
        "accuracy": {"recall": 4 / 6, "support": 6},
    }
    assert set(numbers(tmp_path, rows)) == {"a", "b"}


def test_a_lone_summary_name_that_adds_up_to_nothing_is_refused_and_can_be_listed(tmp_path: Path) -> None:
    rows = {"a": {"recall": 0.5, "support": 4}, "macro avg": {"recall": 1.0, "support": 2}}
    assert problems(tmp_path, rows) == [
        "FILE: key 'macro avg': may be an intent or a summary, and nothing in the report tells; " + WAY_OUT
    ]
    assert set(numbers(tmp_path, rows, ["a", "macro avg"])) == {"a", "macro avg"}


def test_a_report_without_summaries_is_read_as_it_is(tmp_path: Path) -> None:
    assert numbers(tmp_path, {"a": {"recall": 0.5, "support": 4}}) == {"a": Measured(0.5, 4)}


@pytest.mark.slow
def test_a_random_report_is_read_exactly_or_refused_and_never_misread(tmp_path: Path) -> None:
    draw = random.Random(17)
    pool = ["a", "b", "c", "accuracy", "micro avg", "macro avg", "weighted avg", "samples avg"]
    read_exactly = 0
    for _ in range(300):
        names = draw.sample(pool, draw.randint(1, 4))
        size = draw.randint(1, 6)
        y_true, y_pred = draw.choices(names, k=size), draw.choices(names, k=size)
        seen = sorted({*y_true, *y_pred})
        labels = None if draw.random() < 0.6 else draw.sample(seen, draw.randint(1, len(seen)))
        truth = {}
        for intent in sorted(set(y_true) & set(labels or seen)):
            predicted = [p for t, p in zip(y_true, y_pred, strict=True) if t == intent]
            truth[intent] = Measured(predicted.count(intent) / len(predicted), len(predicted))
        try:
            measured = numbers(tmp_path, sklearn(y_true, y_pred, labels=labels))
        except ConfigError:
            continue
        assert measured == truth
        read_exactly += 1
    assert read_exactly > 50
