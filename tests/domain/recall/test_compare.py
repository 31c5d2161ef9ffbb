"""Two versions side by side: Newcombe's table, and the interval of a canary that is watched."""

import numpy as np
import pytest
from scipy.stats import binom

from monitor.domain.recall.compare import (
    CanaryVerdict,
    Measure,
    RecallDifference,
    difference,
    joined,
    watched_difference,
)
from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.intervals import confidence_sequence


# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("new", "old", "limits"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
        ((10, 10), (0, 10), (0.6075, 1.0000)),
    ],
)
def test_newcombes_table(new: tuple[int, int], old: tuple[int, int], limits: tuple[float, float]) -> None:
    (k1, n1), (k2, n2) = new, old
    compared = difference(k1, n1 - k1, k2, n2 - k2)

    assert compared.value == pytest.approx(k1 / n1 - k2 / n2)
    assert compared.interval == pytest.approx(limits, abs=6e-5)
    turned = difference(k2, n2 - k2, k1, n1 - k1).interval
    assert turned == pytest.approx((-limits[1], -limits[0]), abs=6e-5)


def test_weighted_recalls_are_joined_by_hand() -> None:
    # .5 in (.2, .9) and .8 in (.4, .9): -.3 - sqrt(.3^2 + .1^2), -.3 + sqrt(.4^2 + .4^2)
    compared = joined(Measure(0.5, Interval(0.2, 0.9)), Measure(0.8, Interval(0.4, 0.9)))

    assert compared.value == pytest.approx(-0.3)
    assert compared.interval == pytest.approx((-0.3 - 0.1**0.5, -0.3 + 0.32**0.5))


def test_a_difference_never_leaves_its_range() -> None:
    assert joined(
        Measure(1.0, Interval(0.0, 1.0)), Measure(0.0, Interval(0.0, 1.0))
    ).interval == pytest.approx((1 - 2**0.5, 1.0))


def test_a_version_without_labels_leaves_what_the_other_leaves() -> None:
    for compared in (difference(0, 0, 9, 1), watched_difference(0, 0, 9, 1)):
        assert compared.value is None
        assert compared.verdict is CanaryVerdict.UNDECIDED
        assert -1 < compared.interval.low < -0.5
    assert difference(0, 0, 0, 0).interval == (-1, 1)


def test_only_an_interval_without_zero_decides() -> None:
    assert RecallDifference(0.1, Interval(0.0, 0.2)).verdict is CanaryVerdict.UNDECIDED
    assert RecallDifference(0.1, Interval(0.001, 0.2)).verdict is CanaryVerdict.BETTER
    assert RecallDifference(-0.1, Interval(-0.2, 0.0)).verdict is CanaryVerdict.UNDECIDED
    assert RecallDifference(-0.1, Interval(-0.2, -0.001)).verdict is CanaryVerdict.WORSE


def test_each_version_of_a_watched_canary_has_half_of_alpha() -> None:
    interval = watched_difference(15, 23, 176, 24, alpha=0.10).interval
    new, old = confidence_sequence(15, 23, 0.05), confidence_sequence(176, 24, 0.05)

    assert interval == (new.low - old.high, new.high - old.low)


@pytest.mark.parametrize(("new", "old"), [(0.88, 0.88), (0.60, 0.88), (0.39, 0.95)])
def test_the_interval_covers_the_true_difference(new: float, old: float) -> None:
    rng, runs = np.random.default_rng(71), 2000
    first, second = rng.binomial(38, new, runs), rng.binomial(200, old, runs)
    intervals = [
        difference(int(a), 38 - int(a), int(b), 200 - int(b)).interval
        for a, b in zip(first, second, strict=True)
    ]

    assert sum(low <= new - old <= high for low, high in intervals) / runs >= 0.94


def test_a_canary_that_is_watched_all_the_time_seldom_ever_excludes_the_truth() -> None:
    rng, runs, alpha = np.random.default_rng(72), 150, 0.05
    wrong = 0
    for _ in range(runs):
        new, old = rng.random(200) < 0.85, rng.random(200) < 0.85
        a, b = np.cumsum(new), np.cumsum(old)
        looks = range(9, 200, 10)
        wrong += any(
            watched_difference(int(a[i]), i + 1 - int(a[i]), int(b[i]), i + 1 - int(b[i]), alpha).verdict
            is not CanaryVerdict.UNDECIDED
            for i in looks
        )

    assert wrong <= binom.ppf(0.99, runs, alpha)
