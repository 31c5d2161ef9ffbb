"""Whether misses are labelled sooner than hits, and from which age on an outcome is judged."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.labelling.maturity import compare_delays, delays_s, label_maturity, mature

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def rng() -> np.random.Generator:
    return np.random.default_rng(61)


def test_by_hand_all_misses_before_all_hits() -> None:
    # 2 of the C(10, 5) = 252 choices are as far apart.
    comparison = compare_delays([6, 7, 8, 9, 10], [1, 2, 3, 4, 5], rng())

    assert comparison.p == pytest.approx(2 / 252)
    assert comparison.sooner == 1
    assert not comparison.differ
    assert compare_delays([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], rng()) == pytest.approx((2 / 252, -1))


def test_the_exact_p_value_is_the_rank_sum_tests() -> None:
    hits, misses = [3.1, 9.9, 4.2, 8.8, 7.0, 12.5], [1.2, 3.3, 2.4, 5.1]

    assert compare_delays(hits, misses, rng()).p == pytest.approx(
        mannwhitneyu(misses, hits, method="exact").pvalue
    )


def test_the_sampled_p_value_is_near_the_rank_sum_tests() -> None:
    draw = np.random.default_rng(62)
    hits, misses = draw.exponential(2, 60), draw.exponential(1, 25)
    by_normal = mannwhitneyu(misses, hits, method="asymptotic").pvalue

    assert 0.001 < by_normal < 0.05
    # It stops early, with 10 choices as far or more: so exact to a third of itself.
    assert compare_delays(hits, misses, rng()).p == pytest.approx(by_normal, rel=0.5)


def test_ties_share_their_rank() -> None:
    assert compare_delays([5, 5, 5, 5], [5, 5, 5], rng()) == (1, 0)
    assert compare_delays([5] * 500, [5] * 500, rng()).p == 1


def test_a_sampled_p_value_is_never_zero_and_at_the_level_it_speaks_up() -> None:
    far = compare_delays(np.arange(100) + 100, np.arange(50), rng())

    assert far == (1 / 10_000, 1)
    assert far.differ
    assert compare_delays(np.arange(100) + 100, np.arange(50), rng(), rounds=999).p == 1 / 1000
    assert compare_delays(np.arange(100) + 100, np.arange(50), rng(), rounds=999).differ
    assert not compare_delays(np.arange(100) + 100, np.arange(50), rng(), rounds=998).differ


def test_few_misses_among_many_hits_are_compared_exactly() -> None:
    assert math.comb(5001, 5000) < 20_000
    assert compare_delays(np.arange(5000) + 1, [0], rng()).p == pytest.approx(2 / 5001)
    assert compare_delays([0], np.arange(5000) + 1, rng()).p == pytest.approx(2 / 5001)


def test_without_hits_or_misses_there_is_nothing_to_compare() -> None:
    assert compare_delays([], [1, 2], rng()) == compare_delays([1, 2], [], rng()) == (1, 0)


def test_the_same_seed_finds_the_same() -> None:
    draw = np.random.default_rng(63)
    hits, misses = draw.random(80), draw.random(40)

    assert compare_delays(hits, misses, rng()) == compare_delays(hits, misses, rng())


def test_nine_of_ten_labels_are_there_at_maturity() -> None:
    # The 90 % quantile of 0, 1, ..., 100 days is 90 days.
    assert label_maturity([86_400 * day for day in range(101)]) == timedelta(days=90)
    assert label_maturity([]) == timedelta(0)
    assert label_maturity([60, 120], share=0.5) == timedelta(seconds=90)


def test_an_outcome_is_mature_from_the_very_moment_on() -> None:
    hour = timedelta(hours=1)
    times = [NOON - 3 * hour, NOON - 2 * hour, NOON - 2 * hour + timedelta(microseconds=1), NOON]

    assert mature(times, NOON, 2 * hour).tolist() == [True, True, False, False]
    assert mature([], NOON, hour).size == 0


def outcome(predicted: str, waited: timedelta) -> Outcome:
    return Outcome(
        1, "p", Model("tickets", "7"), NOON, NOON + waited, predicted, "a", Kind.HUMAN, Design.UNKNOWN, None
    )


def test_hits_and_misses_wait_from_the_prediction_to_the_label() -> None:
    outcomes = [
        outcome("a", timedelta(hours=2)),
        outcome("b", timedelta(minutes=1)),
        outcome("a", -timedelta(1)),
    ]

    assert delays_s(outcomes, hit=True).tolist() == [7200, 0]
    assert delays_s(outcomes, hit=False).tolist() == [60]
