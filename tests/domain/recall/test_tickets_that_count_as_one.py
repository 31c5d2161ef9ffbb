"""Where one customer's tickets miss together, so many of them count as one in the intervals that are shown."""

import pytest

from monitor.domain.events.types import Design
from monitor.domain.recall.intervals import (
    Weights,
    clopper_pearson,
    confidence_sequence,
    gamma_mover,
    odds_shift,
)
from monitor.domain.recall.reading import reading
from monitor.domain.weekly.counts import WeekCount
from tests.domain.recall.weighed import BY_PREDICTION, BY_SCORE, UNKNOWN, cell


def test_thirty_three_hits_and_five_misses_of_two_alike_count_as_half_of_them() -> None:
    plain = cell((True, UNKNOWN, None, 33), (False, UNKNOWN, None, 5))
    seen = reading(plain, 0.01, design_effect=2.0)
    assert (seen.recall, seen.effective_n) == (33 / 38, 19.0)
    assert seen.interval == confidence_sequence(16.5, 2.5)
    assert seen.interval.low < reading(plain, 0.01).interval.low


def test_a_week_of_them_too() -> None:
    assert WeekCount(33, 5).interval(weighted=False, design_effect=2.0) == clopper_pearson(16.5, 19)
    assert WeekCount(33, 5).interval(weighted=False) == clopper_pearson(33, 38)


def test_labels_by_predicted_class_are_as_many_fewer_and_by_score_their_variance_is_as_much_larger() -> None:
    chosen = cell((True, BY_PREDICTION, 0.4, 40), (False, BY_PREDICTION, 0.02, 6))
    seen = reading(chosen, 0.02, watched=False, design_effect=2.0)
    assert seen.interval == odds_shift(20, 3, 2.5, 50.0)
    scored = cell((True, BY_SCORE, 0.5, 50), (False, BY_SCORE, 0.1, 3))
    low, high = gamma_mover(Weights(100, 2 * 200, 50), Weights(30, 2 * 300, 50))
    assert reading(scored, 0.02, design_effect=2.0).interval == pytest.approx((low, high))
    assert Design.BY_SCORE in scored.designs
