"""scikit-learn's own reports in all their shapes, and what it does to intents named like its summaries.

`classification_report` writes the classes first and then its summaries over them: `accuracy` (a float;
`micro avg` instead where `labels=` leaves a class out), `macro avg`, `weighted avg`, and `samples avg` for
multilabel. So an intent of the name of a summary that is written is lost; one of a name that is not
written this time is there, unharmed, but for `accuracy`, which is always turned into one number.
"""

import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn.metrics import classification_report

from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from monitor.domain.anchors.promise import Measured
from monitor.errors import ConfigError

WAY_OUT = (
    "import a CSV (intent,recall,support) or the evaluated examples (y_true,y_pred) instead, "
    "or name the intents with --intents a,b,c"
)


def sklearn(y_true: object, y_pred: object, **options: object) -> dict[str, Any]:
    report: dict[str, Any] = classification_report(
        y_true, y_pred, output_dict=True, **{"zero_division": 0, **options}
    )
    return report


def read(folder: Path, report: object, intents: list[str] | None = None) -> AnchorFile:
    path = folder / "report.json"
    path.write_text(report if isinstance(report, str) else json.dumps(report))
    return read_anchor_file(path, intents)


def numbers(folder: Path, report: object, intents: list[str] | None = None) -> dict[str, Measured]:
    return {i: promise.shipped for (i, _), promise in read(folder, report, intents).promises.items()}


def problems(folder: Path, report: object, intents: list[str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read(folder, report, intents)
    return [problem.replace(str(folder / "report.json"), "FILE") for problem in refused.value.problems]


def lost(support: int, total: int) -> str:
    return (
        f"FILE: key 'weighted avg': its support is {support} but the other rows add up to {total}, so a row "
        "is missing: scikit-learn overwrites an intent named 'accuracy', 'macro avg', 'weighted avg' or "
        f"'micro avg' with its own summary, and two classes of one name with each other; {WAY_OUT}"
    )


TRUE, PRED = ["a", "a", "b", "b", "b"], ["a", "b", "b", "b", "a"]
A_AND_B = {"a": Measured(0.5, 2), "b": Measured(2 / 3, 3)}


def named(intent: str) -> tuple[list[str], list[str]]:
    """Five rows of a and b, and two of an intent with that name, one of them a hit."""
    return [*TRUE, intent, intent], [*PRED, intent, "a"]


def test_a_plain_report_gives_its_intents_and_no_summary(tmp_path: Path) -> None:
    file = read(tmp_path, sklearn(TRUE, PRED))
    assert {i: p.shipped for (i, _), p in file.promises.items()} == A_AND_B
    assert (file.examples, file.importer, file.warnings) == ((), "sklearn-report", [])


def test_a_report_on_some_labels_has_micro_avg_for_accuracy(tmp_path: Path) -> None:
    report = sklearn(TRUE, PRED, labels=["a"])
    assert "micro avg" in report
    assert numbers(tmp_path, report) == {"a": Measured(0.5, 2)}


def test_integer_labels_become_strings(tmp_path: Path) -> None:
    assert numbers(tmp_path, sklearn([1, 2, 2], [1, 2, 1])) == {"1": Measured(1.0, 1), "2": Measured(0.5, 2)}


def test_a_single_class_is_not_taken_for_its_own_summary(tmp_path: Path) -> None:
    assert numbers(tmp_path, sklearn(["a", "a"], ["a", "a"])) == {"a": Measured(1.0, 2)}


def test_target_names_are_the_intents(tmp_path: Path) -> None:
    report = sklearn([0, 1], [0, 1], target_names=["gdpr", "cancel"])
    assert set(numbers(tmp_path, report)) == {"gdpr", "cancel"}


def test_a_multilabel_report_has_a_samples_avg(tmp_path: Path) -> None:
    report = sklearn([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    assert "samples avg" in report
    assert numbers(tmp_path, report) == {"0": Measured(0.5, 2), "1": Measured(1.0, 1)}


@pytest.mark.parametrize("zero_division", [0, 1, float("nan")])
def test_a_class_without_support_has_no_promise_and_is_warned_about(
    tmp_path: Path, zero_division: float
) -> None:
    file = read(tmp_path, sklearn(["a", "a"], ["a", "c"], zero_division=zero_division))
    assert set(file.promises) == {("a", "")}
    assert [warning.split(": ", 1)[1] for warning in file.warnings] == [
        "intent 'c': no example was evaluated (support 0); it has no promise"
    ]


def test_a_report_that_went_through_a_data_frame_reads_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame(sklearn(TRUE, PRED))
    assert frame["accuracy"]["support"] == 0.6
    found = numbers(tmp_path, frame.to_json(double_precision=15))
    assert found == {"a": Measured(0.5, 2), "b": Measured(0.666666666666667, 3)}


def test_a_report_rounded_to_two_decimals_reads(tmp_path: Path) -> None:
    rounded = {
        key: {k: round(v, 2) for k, v in row.items()} if isinstance(row, dict) else round(row, 2)
        for key, row in sklearn(TRUE, PRED).items()
    }
    assert numbers(tmp_path, rounded) == {"a": Measured(0.5, 2), "b": Measured(0.67, 3)}


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


def test_a_changed_row_is_refused(tmp_path: Path) -> None:
    report = sklearn(TRUE, PRED)
    report["a"]["recall"] = 1.0
    del report["accuracy"]
    assert problems(tmp_path, report) == [
        f"FILE: key 'weighted avg': its recall 0.6 is no mean of the rows, so one was changed; {WAY_OUT}"
    ]
    assert problems(tmp_path, {"a": {"recall": 0.5, "support": 4}, "accuracy": 0.9}) == [
        f"FILE: key 'accuracy': 0.9 is not the share of hits, so a row was changed; {WAY_OUT}"
    ]


def test_a_deleted_row_is_refused(tmp_path: Path) -> None:
    report = sklearn(TRUE, PRED)
    del report["b"]
    assert problems(tmp_path, report) == [lost(5, 2)]


def test_sample_weights_are_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, sklearn(["a", "b"], ["a", "b"], sample_weight=[0.5, 2.0])) == [
        "FILE: key 'a', support: 0.5 is not a whole number; "
        "write the count of examples, without sample weights"
    ]


def test_all_bad_rows_of_a_report_come_at_once(tmp_path: Path) -> None:
    report = (
        '{"a": {"recall": 1.5, "support": -1}, "b": {"recall": NaN, "support": 2},'
        ' "": {"recall": 1, "support": 1}, "c": {"recall": true, "support": "many"},'
        ' "b": {"recall": null, "support": 2}}'
    )
    assert problems(tmp_path, report) == [
        "FILE: key 'b': appears twice; keep one of the two",
        "FILE: key 'a', support: -1 is negative; write how many examples were evaluated",
        "FILE: key 'a', recall: 1.5 is outside 0..1; write hits / support, for example 0.87",
        "FILE: key 'b', recall: None is not a number; write hits / support, for example 0.87",
        "FILE: key '': an intent without a name; give it the name the model predicts",
        "FILE: key 'c', support: 'many' is not a number; write how many examples were evaluated",
        "FILE: key 'c', recall: True is not a number; write hits / support, for example 0.87",
    ]


def test_json_that_is_no_report_is_refused_with_what_to_write(tmp_path: Path) -> None:
    assert problems(tmp_path, {"gdpr": 0.9}) == [
        "FILE: no key holds recall and support; write classification_report(..., output_dict=True)"
    ]
    transposed = json.loads(pd.DataFrame(sklearn(TRUE, PRED)).T.to_json())
    assert problems(tmp_path, transposed) == [
        "FILE: the report is transposed: intents must be the outer keys; write report.T.to_json()"
    ]
    assert problems(tmp_path, "[" * 100_000) == [
        "FILE: bad JSON: nested too deeply, or a number too long; no report is"
    ]


def test_keys_that_are_no_rows_are_warned_about(tmp_path: Path) -> None:
    report = {**sklearn(TRUE, PRED), "loss": 0.3, "c": {"recall": 1.0}}
    assert [warning.split(": ", 1)[1] for warning in read(tmp_path, report).warnings] == [
        "key 'loss': is no row of the report; not imported",
        "key 'c': has no recall and support; not imported",
    ]


def test_an_unknown_name_in_the_list_is_refused_and_rows_left_out_are_warned_about(tmp_path: Path) -> None:
    report = sklearn(TRUE, PRED)
    assert problems(tmp_path, report, ["a", "gone"]) == [
        "FILE: key 'gone': named by --intents, but the report has no such row; correct the list"
    ]
    assert [warning.split(": ", 1)[1] for warning in read(tmp_path, report, ["a"]).warnings] == [
        "key 'b': not named by --intents; not imported"
    ]


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
            found = numbers(tmp_path, sklearn(y_true, y_pred, labels=labels))
        except ConfigError:
            continue
        assert found == truth
        read_exactly += 1
    assert read_exactly > 50
