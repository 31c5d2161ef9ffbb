"""The rule of before: a unit of money at every label, a threshold from a forecast that can only rise."""

import numpy as np
import pytest

from monitor.domain.backtest.by_the_label import first_pages_by_the_label, thresholds
from monitor.domain.detection.betting import factors, stakes

FLOOR = 0.78


def test_the_threshold_is_planned_with_ten_labels_a_day() -> None:
    # 3,650 labels a year, of which a cell with a twentieth of one false page a year may waste one in 73,000.
    assert thresholds([0, 0, 3], 1 / 20).tolist() == pytest.approx([73_000.0] * 3)


def test_after_a_fortnight_it_is_planned_again_and_only_ever_rises() -> None:
    few = [0, 4, 13, 14, 15]
    assert thresholds(few, 1.0).tolist() == [3650.0] * 5
    many = [day for day in range(16) for _ in range(20)]  # 20 a day, 280 in the first 14 days
    held = thresholds(many, 1.0)
    assert held[:280].tolist() == [3650.0] * 280
    assert held[280:].tolist() == pytest.approx([7300.0] * 40)


def test_no_cell_pages_on_less_than_odds_of_twenty_and_none_without_money() -> None:
    assert thresholds([0, 1], 1_000.0).tolist() == [20.0, 20.0]
    assert thresholds([0, 1], 0.0).tolist() == [np.inf, np.inf]
    assert thresholds([], 1.0).tolist() == []


def test_it_pages_where_the_mean_of_its_bettors_reaches_the_threshold() -> None:
    """By hand: R <- (R + 1) L for each stake, from 0; a miss has L = 1 + lam f."""
    miss = factors(stakes(FLOOR), FLOOR, 0, 1.0)
    wealth, means = np.zeros_like(miss), []
    for _ in range(8):
        wealth = (wealth + 1) * miss
        means.append(float(wealth.mean()))
    hits = np.zeros((1, 8), bool)
    for pages_at in (20.0, 73.0, 3650.0):
        expected = next(at for at, mean in enumerate(means) if mean >= pages_at)
        assert first_pages_by_the_label(hits, FLOOR, np.full(8, pages_at), np.ones(8)).tolist() == [expected]
    assert first_pages_by_the_label(hits, FLOOR, np.full(8, 1e9), np.ones(8)).tolist() == [-1]


def test_with_broken_recall_it_needs_about_as_many_labels_as_were_measured_for_it() -> None:
    """Floor .78, A = 6,000, recall .39 from the start: 22.1 labels on average, as the old rule's table has it."""
    rng = np.random.default_rng(3)
    hits = rng.random((1_000, 120)) < 0.39
    first = first_pages_by_the_label(hits, FLOOR, np.full(120, 6_000.0), np.ones(120))
    assert (first >= 0).all()
    assert first.mean() + 1 == pytest.approx(22.1, abs=0.7)
