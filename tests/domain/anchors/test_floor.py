"""What an anchor promises, and how much of it can be held against a model."""

import math

import pytest

from monitor.domain.anchors.floor import MIN_FLOOR, floor


def test_the_floor_is_the_anchor_less_the_tolerated_drop() -> None:
    assert floor(0.88, None, 0.10) == pytest.approx(0.78)
    assert floor(0.88, None, 0.05) == pytest.approx(0.83)


def test_the_drop_is_ten_points_unless_stated() -> None:
    assert floor(0.88, None) == pytest.approx(0.78)


def test_a_small_anchor_is_held_to_no_more_than_its_own_lower_limit() -> None:
    # 33/38 = .868 less .10 is .768; the limit p, where 33 or more of 38 have a chance of 5 %, is near .74.
    held = floor(33 / 38, 38)
    chance = sum(math.comb(38, k) * held**k * (1 - held) ** (38 - k) for k in range(33, 39))

    assert held == pytest.approx(0.74, abs=0.005)
    assert chance == pytest.approx(0.05, rel=1e-9)


def test_a_promise_is_held_to_the_number_whatever_its_support() -> None:
    assert floor(33 / 38, 38, treat_as="promise") == pytest.approx(33 / 38 - 0.10)


def test_a_large_anchor_is_held_to_the_drop() -> None:
    assert floor(0.88, 400) == pytest.approx(0.78)  # 352 of 400: the lower limit is above .85


def test_an_anchor_of_no_hits_or_no_support_promises_nothing() -> None:
    assert floor(0.0, 38) == 0
    assert floor(0.9, 0) == 0


def test_a_drop_larger_than_the_anchor_leaves_zero() -> None:
    assert floor(0.05, None, 0.10) == 0


def test_a_floor_meant_to_be_just_judgeable_is_not_lost_to_rounding() -> None:
    assert floor(0.35, None, 0.25) >= MIN_FLOOR  # .35 - .25 is .09999999999999998 in floats
    assert floor(0.34, None, 0.25) < MIN_FLOOR


@pytest.mark.parametrize(
    ("recall", "support", "drop"), [(1.1, 38, 0.1), (-0.1, 38, 0.1), (0.9, -1, 0.1), (0.9, 38, -0.1)]
)
def test_an_anchor_that_cannot_be_is_refused(recall: float, support: float, drop: float) -> None:
    with pytest.raises(ValueError, match="no such anchor"):
        floor(recall, support, drop)
