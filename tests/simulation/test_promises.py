"""What is promised is kept: a seeded part of each question of `benchmarks.promises`, which asks them in full."""

import pytest

from benchmarks.promises import QUESTIONS
from benchmarks.promises_rows import covered, pages_a_year, seldom

RUNS = 15


@pytest.mark.parametrize("question", [*QUESTIONS])
def test_what_is_promised_is_kept(question: str) -> None:
    answers = list(QUESTIONS[question](RUNS))

    assert answers
    assert [answer for answer in answers if answer.kept is False] == []


def test_a_promise_is_called_broken_where_chance_does_not_explain_the_figure() -> None:
    assert covered("", "", [True] * 85 + [False] * 15, 0.95).kept is False  # 1 in 10,000
    assert covered("", "", [True] * 90 + [False] * 10, 0.95).kept
    assert seldom("", "", [True] * 3 + [False] * 97, 0.001).kept is False
    assert seldom("", "", [True] + [False] * 99, 0.01).kept
    assert pages_a_year("", "", pages=40, years=20, promised=1.0).kept is False
    assert pages_a_year("", "", pages=30, years=20, promised=1.0).kept
