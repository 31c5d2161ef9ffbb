"""The fingerprint: which authors it distinguishes, and that its lower limit and p-value hold."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from monitor.domain.text.descriptors import describe_all
from monitor.domain.text.fingerprint import area, differences, lower_limit, tell_apart, tell_descriptors_apart
from tests.domain.text.writers import generator, people


@pytest.mark.slow
def test_people_and_people_are_not_told_apart() -> None:
    apart = tell_apart(people(60, 1), people(60, 2))
    assert apart is not None
    assert apart.low < 0.7
    assert apart.p is not None
    assert apart.p > 0.01


@pytest.mark.slow
def test_people_and_a_generator_are_told_apart() -> None:
    apart = tell_apart(people(60, 1), generator(60, 2))
    assert apart is not None
    assert apart.auc > 0.99
    assert apart.low > 0.8
    assert apart.p == pytest.approx(1 / 200)
    by_looks = tell_descriptors_apart(describe_all(people(60, 1)), describe_all(generator(60, 2)))
    assert by_looks is not None
    assert by_looks.auc > 0.99


def test_under_ten_texts_say_nothing_and_copies_count_once() -> None:
    assert tell_apart(people(9, 1), people(60, 2)) is None
    assert tell_apart(["the same"] * 50, people(60, 2)) is None


def test_the_same_texts_give_the_same_answer() -> None:
    assert tell_apart(people(12, 1), people(12, 2), 7) == tell_apart(people(12, 1), people(12, 2), 7)


def test_what_differs_most_comes_first_with_both_means() -> None:
    looks = differences(describe_all(generator(40, 1)), describe_all(people(40, 2)))
    certain = {look.name for look in looks if look.auc == 1.0}
    assert certain >= {"greeting", "courtesy", "final_punctuation"}
    assert {look.name for look in looks[: len(certain)]} == certain
    assert next((look.left, look.right, look.auc) for look in looks if look.name == "greeting") == (
        1.0,
        0.0,
        1.0,
    )
    assert differences([], describe_all(people(3, 1))) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, sides = rng.integers(0, 6, 50).astype(float), rng.random(50) < 0.4
    assert area(scores, sides) == pytest.approx(roc_auc_score(sides, scores), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 1.0, 2.0])
def test_the_lower_limit_is_below_the_truth_19_times_in_20(shift: float) -> None:
    """Normal scores `shift` apart have area Phi(shift / sqrt 2); 2,000 draws of 40 and 60."""
    rng = np.random.default_rng(3)
    truth = norm.cdf(shift / np.sqrt(2))
    sides = np.r_[np.ones(40, bool), np.zeros(60, bool)]
    below = sum(
        lower_limit(np.r_[rng.normal(shift, 1, 40), rng.normal(0, 1, 60)], sides) <= truth
        for _ in range(2_000)
    )
    assert 0.93 <= below / 2_000 <= 0.97


def test_sides_without_an_error_have_a_limit_below_one() -> None:
    low = lower_limit(np.arange(40.0), np.arange(40) >= 20)
    assert 0.9 < low < 1


@pytest.mark.slow
def test_on_halves_of_the_same_people_a_small_p_is_rare() -> None:
    small = 0
    for seed in range(20):
        apart = tell_apart(people(25, 2 * seed + 100), people(25, 2 * seed + 101), seed)
        assert apart is not None
        assert apart.p is not None
        small += apart.p <= 0.05
    assert small <= 4  # 20 draws at .05: more than 4 happens once in 400 times
