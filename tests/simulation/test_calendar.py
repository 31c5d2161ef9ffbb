"""Money by the calendar keeps its promise: false pages a year are no more than was put in, whatever the labels.

Every bet pages as often as it can: it begins again at once after a page, and recall is exactly at the floor unless
stated. A false page a year is promised; half of it comes by the day, and a quarter is there at the first release.
"""

import numpy as np
import pytest
from scipy.stats import poisson

from benchmarks.promises_years import (
    BEGIN,
    FLOOR,
    YEAR,
    Count,
    Life,
    bets_against,
    each_dated_back,
    floors_drawn_anew,
    hit_and_miss,
    lives,
    years,
)
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.microseconds import to_us
from monitor.domain.recall.intervals import FloatArray

FIRST_YEAR = 0.25 + 0.5  # what is put in where nothing is released again
FORTNIGHTS = [14.0 * number for number in range(53)]


def keeps(count: Count, worlds: int, promised: float, *, pays: float = 0.3) -> None:
    """No more money than promised, and no more pages (99 %); but so many, or nothing was tried (99 %)."""
    assert count.money <= promised * worlds * (1 + 1e-9)
    assert count.pages <= poisson.ppf(0.99, promised * worlds)
    assert count.pages >= poisson.ppf(0.01, pays * count.money)


@pytest.mark.parametrize("per_day", [0.2, 2, 10, 50])
@pytest.mark.parametrize(("intents", "worlds"), [(1, 300), (20, 60), (150, 8)])
def test_intents_at_their_floor_page_no_oftener_than_the_money_that_comes(
    intents: int, worlds: int, per_day: float
) -> None:
    worlds = worlds * (4 if per_day <= 2 else 1) // (3 if per_day > 10 else 1)

    keeps(years(lives([per_day] * intents), worlds, seed=1), worlds, FIRST_YEAR)


@pytest.mark.parametrize("per_day", [0.2, 2, 10, 50])
@pytest.mark.parametrize(("intents", "worlds"), [(1, 100), (20, 25), (150, 3)])
def test_with_a_release_every_two_weeks_they_page_once_a_year_at_most(
    intents: int, worlds: int, per_day: float
) -> None:
    second_year = [
        life for life in lives([per_day] * intents, FORTNIGHTS, until=2 * YEAR) if life.begin >= YEAR
    ]
    worlds = worlds * (2 if per_day == 2 else 1) // (2 if per_day > 10 else 1)

    # A version with three labels seldom pages at all.
    keeps(years(second_year, worlds, seed=2), worlds, 1.0, pays=0.2 if per_day > 0.2 else 0.0)


# labels a day: false pages a year in 30 worlds of 20 intents, for a year's money by the day, and for half of it by the
# day and a quarter at the release; measured with another program when the rule was chosen.
TABLE = [(0.2, 0.30, 0.63), (2, 0.60, 0.67), (10, 0.43, 0.70), (50, 0.70, 0.77)]


@pytest.mark.parametrize(("per_day", "by_the_day", "head_start"), TABLE)
def test_false_pages_are_as_many_as_were_measured_when_the_rule_was_chosen(
    per_day: float, by_the_day: float, head_start: float
) -> None:
    worlds = 60 if per_day < 10 else 20
    whole = Income((Rate(to_us(BEGIN), 1 / 20 / YEAR),))
    measured = [
        years([Life(whole, per_day, 0, YEAR)] * 20, worlds, seed=3).pages / worlds,
        years(lives([per_day] * 20), worlds, seed=4).pages / worlds,
    ]

    for mean, other in zip(measured, (by_the_day, head_start), strict=True):
        # Three standard deviations of the 30 worlds and of ours.
        assert abs(mean - other) <= 3 * (other / 30 + mean / worlds) ** 0.5


def test_one_world_with_intents_of_all_label_rates_keeps_the_promise() -> None:
    rates = [0.2] * 60 + [1.0] * 40 + [5.0] * 30 + [20.0] * 15 + [50.0] * 5

    keeps(years(lives(rates), 25, seed=5), 25, FIRST_YEAR)


def test_slices_bet_with_the_money_of_their_intent() -> None:
    keeps(years(lives([5.0] * 12, slices=5), 50, seed=6), 50, FIRST_YEAR)


def test_anchors_that_are_activated_long_after_each_release_borrow_no_more_than_half_a_years_money() -> None:
    late = 80.0
    every = lives([5.0] * 20, FORTNIGHTS, until=2 * YEAR, activated=late)

    keeps(years(every, 12, seed=7), 12, 0.25 + (2 * YEAR + late) / YEAR + 0.5)


@pytest.mark.parametrize("support", [10, 38])
@pytest.mark.parametrize(("intents", "per_day", "worlds"), [(1, 2, 300), (20, 10, 40), (150, 2, 20)])
def test_anchors_drawn_anew_keep_the_promise_when_recall_is_what_it_was_offline(
    intents: int, per_day: float, worlds: int, support: int
) -> None:
    count = years(
        lives([per_day] * intents),
        worlds,
        seed=8,
        played=lambda rng, streams: (bets_against(floors_drawn_anew(rng, streams, support)), 0.88),
    )

    keeps(count, worlds, FIRST_YEAR, pays=0.0)  # of a luckless anchor the floor is far below, and few page


def test_anchors_drawn_anew_keep_the_promise_when_recall_is_at_each_floor() -> None:
    def played(rng: np.random.Generator, streams: int) -> tuple[tuple[FloatArray, FloatArray], FloatArray]:
        floors = floors_drawn_anew(rng, streams, 10)
        return bets_against(floors), floors

    keeps(years(lives([5.0] * 20), 60, seed=9, played=played), 60, FIRST_YEAR)


@pytest.mark.parametrize("light", [0.02, 0.25])
def test_labels_of_different_weights_keep_the_promise(light: float) -> None:
    # Labelled hits are as many more as they weigh less: the mean of u (x - f) is 0.
    labelled = FLOOR / light / (1 - FLOOR + FLOOR / light)
    count = years(
        lives([10.0] * 20),
        40,
        seed=10,
        played=lambda _rng, _streams: (hit_and_miss(FLOOR, [light, 1.0]), labelled),
    )

    keeps(count, 40, FIRST_YEAR, pays=0.1)


@pytest.mark.parametrize("per_day", [2, 10])
def test_labels_dated_back_by_days_bring_no_money_twice(per_day: float) -> None:
    keeps(years(lives([per_day] * 20), 50, seed=11, known=each_dated_back), 50, FIRST_YEAR)
