"""Whether misses are labelled sooner than hits, and from which age on an outcome is judged."""

import math
from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from monitor.domain.labelling.maturity import compare_delays, label_maturity, misses_come_sooner

M, H = False, True


def test_by_hand_all_misses_before_all_hits() -> None:
    # W = 1+2+3 = 6 of 3*8/2 = 12: S = -6/8. V = 3*4 / (12*8) = 1/8. S/sqrt(V) = -3/4 * sqrt(8).
    assert compare_delays(range(7), range(7), [M, M, M, H, H, H, H]) == pytest.approx(-0.75 * math.sqrt(8))


def test_by_hand_all_misses_after_all_hits_are_as_far_on_the_other_side() -> None:
    assert compare_delays(range(7), range(7), [H, H, H, H, M, M, M]) == pytest.approx(0.75 * math.sqrt(8))


def test_by_hand_labels_that_waited_alike_share_their_ranks_and_vary_less() -> None:
    # Delays 1 1 2 2: ranks 1.5 1.5 3.5 3.5. W = 1.5 + 1.5 = 3, S = (3-5)/5. Two ties of two: sum (t^3-t) = 12,
    # V = 2*2 / (12*25) * (5 - 12/(4*3)) = 4*4/300.
    assert compare_delays(range(4), [1, 1, 2, 2], [M, M, H, H]) == pytest.approx(-0.4 / math.sqrt(16 / 300))


def test_by_hand_every_ten_predictions_are_a_comparison_of_their_own() -> None:
    # The first ten: one miss, first of all: S = (1-5.5)/11, V = 9/(12*11). The other four: the vector of ties above.
    waited = [*range(10), 1, 1, 2, 2]
    hit = [M, *[H] * 9, M, M, H, H]
    s, v = -4.5 / 11 - 0.4, 9 / 132 + 16 / 300
    assert compare_delays(range(14), waited, hit) == pytest.approx(s / math.sqrt(v))


def test_of_ten_it_is_the_rank_sum_test() -> None:
    rng = np.random.default_rng(61)
    for _ in range(50):
        waited = rng.integers(0, 6, 10)  # with ties
        hit = rng.permutation([M] * 3 + [H] * 7)
        p = mannwhitneyu(
            waited[~hit], waited[hit], alternative="less", use_continuity=False, method="asymptotic"
        ).pvalue
        ours = 0.5 * math.erfc(-compare_delays(range(10), waited, hit) / math.sqrt(2))
        assert ours == pytest.approx(p)


def test_predictions_are_taken_in_the_order_of_their_making() -> None:
    rng = np.random.default_rng(62)
    made, waited, hit = rng.permutation(200), rng.exponential(1, 200), rng.random(200) < 0.7
    order = np.argsort(made)
    assert compare_delays(made, waited, hit) == compare_delays(made[order], waited[order], hit[order])


def test_a_fall_whose_misses_are_young_does_not_hurry_them() -> None:
    """A hundred days of hits that waited up to 9 days, then ten of misses, none of which could wait for two."""
    made = np.arange(1_100) / 10
    hit = made < 100
    hit[::10] = ~hit[::10]
    waited = np.where(made < 100, np.arange(1_100) % 10, np.arange(1_100) % 10 / 5)
    sooner = mannwhitneyu(waited[~hit], waited[hit], alternative="less").pvalue
    assert sooner < 1e-6  # over all of it, misses seem to hurry
    # Within ten, the tenth that is another than the rest is the one that waited least, of either kind.
    assert compare_delays(made, waited, hit) == pytest.approx(
        (100 * -4.5 + 10 * 4.5) / 11 / math.sqrt(110 * 9 / 132)
    )


def test_delays_that_are_all_alike_or_on_one_side_only_tell_nothing() -> None:
    assert compare_delays(range(7), [5] * 7, [M, M, M, H, H, H, H]) == 0
    assert compare_delays(range(30), range(30), [M] * 30) == 0
    assert compare_delays(range(30), range(30), [H] * 30) == 0
    assert compare_delays([], [], []) == 0
    assert compare_delays([1], [1], [M]) == 0


def test_it_takes_a_deviate_below_3_29() -> None:
    # Each ten has one miss, first of all: -4.5/11 of sqrt(9/132), -1.567 in all. 1.567 sqrt(4) = 3.13, sqrt(5): 3.50.
    tens = [M, *[H] * 9]
    assert not misses_come_sooner(range(40), [*range(10)] * 4, tens * 4)
    assert misses_come_sooner(range(50), [*range(10)] * 5, tens * 5)
    assert not misses_come_sooner(range(50), [*range(10, 0, -1)] * 5, tens * 5)


def test_nine_of_ten_labels_are_there_at_maturity() -> None:
    # The 90 % quantile of 0, 1, ..., 100 days is 90 days.
    assert label_maturity([86_400 * day for day in range(101)]) == timedelta(days=90)
    assert label_maturity([]) == timedelta(0)
    assert label_maturity([60, 120], share=0.5) == timedelta(seconds=90)
