"""How long a fall would go unseen, checked against divergences worked out by hand."""

import math

import pytest

from monitor.domain.detection.detectability import days_to_page, kl, labels_a_day_needed, labels_needed


def test_the_divergence_by_hand() -> None:
    # .5 ln(.5/.25) + .5 ln(.5/.75) = ln 2 - .5 ln 3
    assert kl(0.5, 0.25) == pytest.approx(0.6931472 - 0.5493061, abs=1e-6)
    assert kl(0.3, 0.3) == 0


def test_the_divergence_at_the_ends() -> None:
    assert kl(0.0, 0.25) == pytest.approx(math.log(4 / 3))
    assert kl(1.0, 0.25) == pytest.approx(math.log(4))
    assert kl(0.5, 0.0) == kl(0.5, 1.0) == math.inf
    assert kl(0.0, 0.0) == kl(1.0, 1.0) == 0


# floor, labels that share the money of a page, the mean labels to the page that were simulated when the method was
# chosen: .39 from the start, and after 100 good ones.
@pytest.mark.parametrize(
    ("floor", "share_it", "start", "later"),
    [
        (0.83, 6000, 16.7, 15.7),
        (0.78, 1000, 16.9, 15.8),
        (0.78, 6000, 22.1, 20.9),
        (0.78, 20000, 25.8, 24.5),
        (0.73, 6000, 29.5, 28.2),
    ],
)
def test_it_lies_between_what_was_simulated_from_the_start_and_after_good_labels(
    floor: float, share_it: float, start: float, later: float
) -> None:
    # A label a day: a part of a page each day.
    assert later <= days_to_page(1 / share_it, floor, 1.0, fallen=0.39) <= start


def test_small_falls_are_paged_on_the_money_that_comes_meanwhile() -> None:
    # KL(.75, .78) = .00254: 424 labels share a page's money. ln 424 / KL is 2,380; simulated 278 and 268.
    assert days_to_page(1 / 424, 0.78, 1.0, fallen=0.75) == pytest.approx(273, rel=0.06)


def test_more_outcomes_a_day_page_sooner_though_each_brings_less_money() -> None:
    # KL(.39, .78) = .39 ln .5 + .61 ln(.61/.22) = .35177, 1 - exp(-.35177) = .29656; ln(1 + 6,000 x .29656) = 7.48449,
    # and ln(1 + 60,000 x .29656) = 9.78658.
    assert days_to_page(1 / 6000, 0.78, 1, 0.39) == pytest.approx(7.48449 / 0.35177, rel=1e-4)
    assert days_to_page(1 / 6000, 0.78, 10, 0.39) == pytest.approx(9.78658 / 0.35177 / 10, rel=1e-4)


def test_no_outcome_is_bet_on_with_more_than_a_twentieth() -> None:
    # .2 a day, a twentieth of a page a day: 20 outcomes share a page, not 4; ln(1 + 20 x .29656) = 1.93603.
    assert days_to_page(1 / 20, 0.78, 0.2, 0.39) == pytest.approx(1.93603 / 0.35177 / 0.2, rel=1e-4)


def test_without_outcomes_no_fall_is_ever_paged() -> None:
    assert days_to_page(1 / 6000, 0.78, 0) == math.inf


def test_a_recall_at_the_floor_is_no_fall() -> None:
    assert days_to_page(1 / 6000, 0.78, 10, fallen=0.78) == math.inf


@pytest.mark.parametrize(("floor", "fallen"), [(0.78, 0.48), (0.60, 0.30), (0.40, 0.20), (0.10, 0.05)])
def test_a_fall_is_by_30_points_or_by_half_where_that_is_less(floor: float, fallen: float) -> None:
    assert days_to_page(1 / 6000, floor, 3) == pytest.approx(days_to_page(1 / 6000, floor, 3, fallen))


def test_the_labels_a_day_needed_by_hand() -> None:
    # KL(.48, .78) = .48 ln(.48/.78) + .52 ln(.52/.22) = .21426, 1 - exp(-.21426) = .19286; at 2.9 a day, with a
    # 2,000th of a page a day: ln(1 + 5,800 x .19286) = 7.02085.
    needed = labels_a_day_needed(1 / 2000, 0.78, 7.02085 / 0.21426 / 2.9)
    assert needed == pytest.approx(2.9, rel=1e-4)


@pytest.mark.parametrize("money_per_day", [1 / 20, 1 / 6000, 1e-9])
@pytest.mark.parametrize("days", [0.5, 14, 400])
def test_with_just_so_many_labels_the_fall_is_paged_just_in_time(money_per_day: float, days: float) -> None:
    needed = labels_a_day_needed(money_per_day, 0.78, days)
    assert days_to_page(money_per_day, 0.78, needed) == pytest.approx(days)


@pytest.mark.parametrize("per_day", [0.1, 1, 40])
def test_labels_that_count_alike_are_needed_alike_however_many_came(per_day: float) -> None:
    days = days_to_page(1 / 6000, 0.78, per_day)
    assert labels_needed(1 / 6000, 0.78, 14, per_day, days) == pytest.approx(
        labels_a_day_needed(1 / 6000, 0.78, 14), rel=1e-6
    )


def test_labels_of_which_each_tells_half_as_much_are_needed_nearly_twice() -> None:
    # 10 a day, with a 6,000th of a page each day: growth of .2 each page in ln(1 + 60,000 x .18127)/.2 = 46.4707
    # labels; to be paged in 2.3 days, 20 a day: ln(1 + 120,000 x .18127)/.2 = 49.9363 = 20 x 2.496815.
    assert labels_needed(1 / 6000, 0.78, 2.496815, per_day=10, days=4.64707) == pytest.approx(20, rel=1e-5)


def test_without_labels_as_many_are_needed_as_of_those_that_count_alike() -> None:
    alike = labels_a_day_needed(1 / 6000, 0.78, 14)
    assert labels_needed(1 / 6000, 0.78, 14, per_day=0, days=math.inf) == alike
    assert labels_needed(1 / 6000, 0.78, 14, per_day=9, days=math.inf) == alike


@pytest.mark.parametrize("days", [0.0, 5e-324, 1e-9, 14, 1e5, 1e12])
def test_a_fall_that_pages_at_once_or_hardly_ever_needs_a_number_of_labels(days: float) -> None:
    assert 0 < labels_needed(1 / 6000, 0.78, 14, per_day=3, days=days) < math.inf
    assert 0 < labels_needed(1e-12, 0.78, 14, per_day=3, days=days) < math.inf


def test_no_days_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="detect_within"):
        labels_a_day_needed(1 / 6000, 0.78, 0)


def test_a_recall_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        kl(1.2, 0.5)
