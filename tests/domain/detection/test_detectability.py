"""How long a fall would go unseen, checked against divergences worked out by hand."""

import math

import pytest

from monitor.domain.detection.detectability import days_to_page, kl, labels_a_day_needed


def test_the_divergence_by_hand() -> None:
    # .5 ln(.5/.25) + .5 ln(.5/.75) = ln 2 - .5 ln 3
    assert kl(0.5, 0.25) == pytest.approx(0.6931472 - 0.5493061, abs=1e-6)
    assert kl(0.3, 0.3) == 0


def test_the_divergence_at_the_ends() -> None:
    assert kl(0.0, 0.25) == pytest.approx(math.log(4 / 3))
    assert kl(1.0, 0.25) == pytest.approx(math.log(4))
    assert kl(0.5, 0.0) == kl(0.5, 1.0) == math.inf
    assert kl(0.0, 0.0) == kl(1.0, 1.0) == 0


@pytest.mark.parametrize(
    ("floor", "threshold", "outcomes"),
    [(0.83, 6000, 17.9), (0.78, 1000, 19.6), (0.78, 6000, 24.7), (0.78, 20000, 28.2), (0.73, 6000, 34.4)],
)
def test_the_first_order_term_of_the_table(floor: float, threshold: float, outcomes: float) -> None:
    assert days_to_page(threshold, floor, 1.0, fallen=0.39) == pytest.approx(outcomes, abs=0.05)


def test_more_outcomes_a_day_page_as_many_times_sooner() -> None:
    assert days_to_page(6000, 0.78, 10, 0.39) == pytest.approx(2.47, abs=0.005)


def test_without_outcomes_no_fall_is_ever_paged() -> None:
    assert days_to_page(6000, 0.78, 0) == math.inf


def test_a_recall_at_the_floor_is_no_fall() -> None:
    assert days_to_page(6000, 0.78, 10, fallen=0.78) == math.inf


@pytest.mark.parametrize(("floor", "fallen"), [(0.78, 0.48), (0.60, 0.30), (0.40, 0.20), (0.10, 0.05)])
def test_a_fall_is_by_30_points_or_by_half_where_that_is_less(floor: float, fallen: float) -> None:
    assert days_to_page(6000, floor, 3) == pytest.approx(days_to_page(6000, floor, 3, fallen))


def test_the_labels_a_day_needed_by_hand() -> None:
    # KL(.48, .78) = .48 ln(.48/.78) + .52 ln(.52/.22) = .21426; ln 6000 = 8.69951; over 14 days.
    assert labels_a_day_needed(6000, 0.78, 14) == pytest.approx(8.69951 / 0.21426 / 14, rel=1e-4)


def test_with_just_so_many_labels_the_fall_is_paged_just_in_time() -> None:
    assert days_to_page(6000, 0.78, labels_a_day_needed(6000, 0.78, 14)) == pytest.approx(14)


def test_no_days_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="detect_within"):
        labels_a_day_needed(6000, 0.78, 0)


def test_a_recall_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        kl(1.2, 0.5)
