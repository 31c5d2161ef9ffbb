"""scikit-learn's own reports in all their shapes, and what is no report."""

import json
from pathlib import Path

import pandas as pd
import pytest

from monitor.domain.anchors.promise import Measured
from tests.connectors.files.anchors.sklearn_reports import (
    A_AND_B,
    PRED,
    TRUE,
    WAY_OUT,
    lost,
    numbers,
    problems,
    read,
    sklearn,
)


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
    measured = numbers(tmp_path, frame.to_json(double_precision=15))
    assert measured == {"a": Measured(0.5, 2), "b": Measured(0.666666666666667, 3)}


def test_a_report_rounded_to_two_decimals_reads(tmp_path: Path) -> None:
    rounded = {
        key: {k: round(v, 2) for k, v in row.items()} if isinstance(row, dict) else round(row, 2)
        for key, row in sklearn(TRUE, PRED).items()
    }
    assert numbers(tmp_path, rounded) == {"a": Measured(0.5, 2), "b": Measured(0.67, 3)}


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
