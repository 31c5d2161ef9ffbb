"""Label delays: in which place each counts, and by when a share of them had come."""

import math

from monitor.domain.labelling.delays import BOUNDS_S, DAY, HOUR, MINUTE, DelayHistogram


def histogram(*delays_s: float) -> DelayHistogram:
    made = DelayHistogram()
    for delay in delays_s:
        made.count(delay)
    return made


def test_a_delay_counts_up_to_and_including_its_bound() -> None:
    made = histogram(0.0, MINUTE, MINUTE + 1, HOUR, 91 * DAY)
    assert made.counts == [2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert len(made.counts) == len(BOUNDS_S) + 1
    assert made.total_s == 2 * MINUTE + 1 + HOUR + 90 * DAY


def test_a_label_older_than_its_prediction_counts_as_one_without_delay() -> None:
    made = histogram(-5.0)
    assert (made.counts[0], made.total_s) == (1, 0.0)


def test_the_bound_by_which_a_share_had_come() -> None:
    made = histogram(*[5.0] * 5, *[2 * HOUR] * 4, 200 * DAY)
    assert made.within(0.5) == MINUTE
    assert made.within(0.51) == 6 * HOUR
    assert made.within(0.9) == 6 * HOUR
    assert made.within(0.95) == math.inf
    assert DelayHistogram().within(0.5) is None


def test_what_is_taken_back_no_longer_counts_where_it_is_judged_and_no_exported_count_falls() -> None:
    made = histogram(*[5.0] * 2, *[200 * DAY] * 3)
    assert made.within(0.5) == math.inf
    made.change(200 * DAY, -1)
    made.change(200 * DAY, -1)
    made.change(2 * HOUR, 1)  # another label holds
    assert (made.within(0.5), made.within(0.7)) == (MINUTE, 6 * HOUR)
    assert made.counts == histogram(*[5.0] * 2, *[200 * DAY] * 3).counts


def test_one_delay_of_years_is_not_the_mean_of_all() -> None:
    assert histogram(*[HOUR] * 99, 3_000 * DAY).total_s == 99 * HOUR + 90 * DAY
