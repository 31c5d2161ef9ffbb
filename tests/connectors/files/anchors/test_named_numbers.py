"""Numbers that have names: W&B's summary, DVC's metrics, and model cards become anchors by a pattern."""

from itertools import pairwise
from pathlib import Path

import pytest

from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from monitor.domain.anchors.metric_names import MetricNames
from monitor.domain.anchors.promise import Measured
from monitor.errors import ConfigError

CARD = """---
license: mit
model-index:
- name: tickets
  results:
  - task: {type: text-classification}
    dataset: {type: own, name: heldout, revision: 7aa4}
    metrics:
    - {type: recall, value: 0.88, args: {label: gdpr}}
    - {type: support, value: 50, args: {label: gdpr}}
    - {type: recall, value: 0.9, name: Recall, args: {label: cancel}}
---
# Tickets
--- not: [yaml
"""

BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n" for before, name in pairwise("abcdefgh")
)


def read(folder: Path, text: str, recall: str, support: str) -> AnchorFile:
    file = folder / "f"
    file.write_text(text, encoding="utf-8")
    return read_anchor_file(file, None, MetricNames(recall, support))


def measured(file: AnchorFile) -> dict[str, Measured]:
    return {intent: promise.shipped for (intent, _), promise in file.promises.items()}


@pytest.mark.parametrize(
    ("text", "recall", "support"),
    [
        ('{"recall/gdpr": 0.88, "support/gdpr": 50, "_step": 3}', "recall/{intent}", "support/{intent}"),
        ('{"test": {"recall": {"gdpr": 0.88}, "n": {"gdpr": 50}}}', "recall.{intent}", "n.{intent}"),
        ("test:\n  gdpr:\n    recall: 0.88\n    n: 50\n", "test.{intent}.recall", "test.{intent}.n"),
        (CARD, "recall.{intent}", "support.{intent}"),
    ],
)
def test_the_same_intent_is_found_wherever_its_numbers_stand(
    tmp_path: Path, text: str, recall: str, support: str
) -> None:
    file = read(tmp_path, text, recall, support)
    assert measured(file) == {"gdpr": Measured(0.88, 50)}
    assert file.importer == "named-numbers"


def test_an_intent_without_a_number_of_examples_is_left_out_and_said(tmp_path: Path) -> None:
    file = read(
        tmp_path, '{"recall_a": 1, "support_a": 4, "recall_b": 1}', "recall_{intent}", "support_{intent}"
    )
    assert list(measured(file)) == ["a"]
    assert file.warnings == [
        f"{tmp_path / 'f'}: 'recall_b': no 'support_b' says on how many examples; not imported"
    ]


@pytest.mark.parametrize(
    ("text", "recall", "problem"),
    [
        ("{", "recall_{intent}", "neither JSON nor YAML"),
        ("a: &a [*a]", "recall_{intent}", "neither JSON nor YAML"),
        (f'{{"recall_a": 1{"0" * 400}}}', "recall_{intent}", "neither JSON nor YAML"),
        (BOMB, "recall_{intent}", "more than 100,000 numbers; no model has so many intents"),
        ("a: [", "recall_{intent}", "neither JSON nor YAML"),
        ("{}", "recall", "--recall 'recall': write {intent} once, where the intent's name stands"),
        ('{"x": 1}', "recall_{intent}", "Among the 1 that are there: 'x'"),
        ('{"recall_a": true, "support_a": 4}', "recall_{intent}", "no numbers are named 'recall_{intent}'"),
        ('{"recall_a": 1.5, "support_a": 4}', "recall_{intent}", "'recall_a': 1.5 is outside 0..1"),
        ('{"recall_a": 1, "support_a": 4.5}', "recall_{intent}", "'support_a': 4.5 is not a whole number"),
        (
            '{"old": {"recall_a": 1}, "new": {"recall_a": 0.5}, "support_a": 4}',
            "recall_{intent}",
            "'old.recall_a' and 'new.recall_a' differ; give more of the name to --recall",
        ),
        (
            '{"recall_a": 1, "recall_a ": 1, "support_a": 4, "support_a ": 4}',
            "recall_{intent}",
            "'recall_a ': intent 'a' is already there; keep one of the two",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    tmp_path: Path, text: str, recall: str, problem: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, text, recall, "support_{intent}")
    assert any(problem in line for line in refused.value.problems), refused.value.problems
