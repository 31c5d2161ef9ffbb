"""How long a fall goes unseen where labels have weights."""

import numpy as np
import pytest

from monitor.domain.detection.detectability import days_to_page, weighted_days_to_page
from monitor.domain.recall.weights import Weighed
from tests.domain.recall.weighed import BY_PREDICTION, BY_SCORE, UNIFORM, UNKNOWN, cell


def test_unweighted_labels_take_as_many_days_as_the_formula_for_uniform_ones() -> None:
    for uniform in (
        cell((True, UNIFORM, 0.05, 88), (False, UNIFORM, 0.05, 12)),
        cell((True, UNKNOWN, None, 100)),
    ):
        for fallen in (None, 0.39, 0.60):
            # Sixteen stakes come within a hundredth of the best there is.
            assert weighted_days_to_page(uniform, 1 / 600, 0.78, 0.01, 10, fallen) == pytest.approx(
                days_to_page(1 / 600, 0.78, 10.0, fallen), rel=0.01
            )


def test_weighted_labels_take_longer_and_without_labels_it_is_never() -> None:
    by_class = cell((True, BY_PREDICTION, 0.4, 352), (False, BY_PREDICTION, 0.02, 2), min_probability=0.02)

    # The bettor of q = .02 to .75 that grows most; 980 positives in 10 days, of which .39 hits. A hit of 2.5 and a
    # miss of 50 are held against a third of that.
    lam = (0.78 - np.linspace(0.02, 0.75, 16)) / (0.78 * 0.22)
    a_day = 98 * (0.39 * 0.4 * np.log(1 - lam * 0.15 * 0.22) + 0.61 * 0.02 * np.log(1 + lam * 3 * 0.78))
    labels = 98 * (0.39 * 0.4 + 0.61 * 0.02)  # a day, once it has fallen
    money, growth = labels / 6000, a_day.max() / labels
    expected = np.log(1 + 6000 * (1 - np.exp(-growth))) / growth / labels
    assert weighted_days_to_page(by_class, money, 0.78, 0.02, 10, 0.39) == pytest.approx(expected)
    # The weights of both classes were seen, so the smallest chance there could be costs nothing.
    assert weighted_days_to_page(by_class, money, 0.78, 0.01, 10, 0.39) == pytest.approx(expected)
    by_score = cell((True, BY_SCORE, 0.4, 352), (False, BY_SCORE, 0.02, 2), min_probability=0.02)
    assert weighted_days_to_page(by_score, money, 0.78, 0.01, 10, 0.39) == pytest.approx(expected)
    no_hit = cell((False, BY_SCORE, 0.02, 2), min_probability=0.02)
    assert weighted_days_to_page(no_hit, money, 0.78, 0.01, 10, 0.39) > expected
    assert weighted_days_to_page(by_class, money, 0.78, 0.02, 10, 0.95) == np.inf
    assert weighted_days_to_page(Weighed(), 1 / 600, 0.78, 0.02, 10) == np.inf


def test_many_weights_are_represented_by_their_mean_beyond_those_counted_one_by_one() -> None:
    few, many = Weighed(), Weighed()
    for number in range(160):
        few.count(number % 4 > 0, BY_SCORE, 0.1, 0.01)
        many.count(number % 4 > 0, BY_SCORE, 0.1 + number / 1e5, 0.01)
    assert weighted_days_to_page(many, 1 / 600, 0.78, 0.01, 1) == pytest.approx(
        weighted_days_to_page(few, 1 / 600, 0.78, 0.01, 1), rel=0.01
    )
