"""Forty labels a week by plan and by chance: what is drawn, what is bet, and that the same luck meets both."""

from datetime import UTC, datetime

import numpy as np
import pytest

from monitor.demo.label_race import DRAWS, LabelRace, RareCell, Traffic, race, wanted
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.microseconds import to_us
from monitor.domain.sampling.wanted import Wanted

START = datetime(2026, 10, 1, tzinfo=UTC)
MONEY = Income((Rate(to_us(START), 0.00025),), gift=0.03)
# 20 in 1,000 are rare, and half of them are taken for the first of five common intents.
TRUTH = ["rare"] * 20 + [f"common {n % 5}" for n in range(980)]
PREDICTED = ["rare"] * 10 + ["common 0"] * 10 + TRUTH[20:]


def run(recall_truth: list[str], predicted: list[str], misses: dict[str, float]) -> LabelRace:
    cell = RareCell(Wanted("rare", 0.98, misses), 0.84, MONEY)
    return race(Traffic(recall_truth, predicted, 1_000), [cell], 0.01, START, np.random.default_rng(3))


def test_a_plan_that_knows_where_misses_went_sees_the_fall_in_fewer_weeks() -> None:
    made = run(TRUTH, PREDICTED, {"common 0": 5.0})
    assert made.plan_first > 3 * made.chance_first
    assert sum(week is not None for week in made.by_plan) > sum(week is not None for week in made.by_chance)


def test_a_model_that_keeps_its_promise_is_paged_by_neither() -> None:
    made = run(TRUTH, TRUTH, {"common 0": 5.0})
    assert {*made.by_plan, *made.by_chance} == {None}
    assert made.row("by chance", made.by_chance) == ["by chance", f"0 of {DRAWS}", "not in time"]
    assert (made.plan_first, made.chance_first) == (0, 0)


def test_an_intent_is_wanted_by_what_its_examples_say() -> None:
    truth, said = ["a", "a", "a", "b", "b"], ["a", "b", "c", "a", "b"]
    assert wanted("a", truth, said) == Wanted("a", ppv=0.5, misses_to={"b": 1, "c": 1})
    assert wanted("z", truth, said).ppv == Wanted("z").ppv


@pytest.mark.parametrize(
    ("weeks", "words"), [([1.0, 3.0, None], "week 3"), ([None, None, 2.0], "not in time")]
)
def test_the_median_counts_draws_that_never_paged(weeks: list[float | None], words: str) -> None:
    assert LabelRace(weeks, weeks).row("x", weeks)[2] == words
