"""A customer's outcomes of a day are one, by hand, and however the stream is cut."""

import numpy as np
import pytest

from monitor.domain.detection.betting import factors, stakes
from monitor.domain.detection.customer_days import closed, customer_days
from monitor.domain.detection.outcomes import Outcomes, outcomes
from monitor.domain.events.microseconds import DAY_US


def closed_days(came: Outcomes, customers: list[int | None]) -> Outcomes:
    """What is bet on as it came."""
    over = closed(came.known_us)
    return customer_days(came.part(0, over), customers[:over])


U = [1.0, 0.5, 0.25, 1.0, 1.0]


def five() -> Outcomes:
    """Two of customer 7 and two of customer 8 on one day, and a next day that closes it."""
    return outcomes([True, False, False, False, True], np.array(U), [3, 5, 6, 9, 11], [0, 1, 2, 3, DAY_US])


def test_the_mean_of_a_customer_s_factors_is_the_factor_of_the_day() -> None:
    merged = closed_days(five(), [7, 8, 7, 8, 7])
    assert merged.seqs.tolist() == [6, 9]
    assert merged.weights.tolist() == [0.625, 0.75]
    assert merged.hits.tolist() == [0.8, 0.0]  # (1 x 1 + .25 x 0)/1.25
    lam, each = stakes(0.78), factors(stakes(0.78), 0.78, five().hits, five().weights)
    by_day = factors(lam, 0.78, merged.hits, merged.weights)
    assert by_day == pytest.approx(np.array([each[[0, 2]].mean(axis=0), each[[1, 3]].mean(axis=0)]))


def test_what_nobody_is_known_for_stays_by_itself_and_an_open_day_waits() -> None:
    merged = closed_days(five(), [None] * 5)
    assert merged.seqs.tolist() == [3, 5, 6, 9]
    assert closed_days(merged, [7] * 4).seqs.tolist() == []
    assert customer_days(merged, [7] * 4).seqs.tolist() == [9]
    assert closed_days(five().part(0, 0), []).seqs.tolist() == []


def test_a_label_of_a_design_that_is_refused_moves_neither_bet() -> None:
    bold, calm = np.array([0.0, 2.0, 0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0, 0.0, 1.0])
    came = outcomes([True, False, False, False, True], bold, range(5), [0, 1, 2, 3, DAY_US], (), calm)
    merged = closed_days(came, [7, 8, 7, 8, 7])
    assert merged.weights.tolist() == [0.0, 1.0]
    assert merged.calm.tolist() == [0.0, 0.5]


def test_members_of_a_group_are_apart() -> None:
    grouped = five()._replace(intents=["a", "a", "b", "a", "a"])
    merged = closed_days(grouped, [7, 7, 7, 7, 7])
    assert (merged.seqs.tolist(), merged.intents) == ([6, 9], ["b", "a"])


@pytest.mark.parametrize("seed", range(5))
def test_cuts_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.sort(rng.integers(0, 6 * DAY_US, 60))
    customers = rng.integers(0, 8, 60).tolist()
    came = outcomes((rng.random(60) < 0.7).tolist(), rng.uniform(0.2, 1, 60), range(60), times.tolist())
    whole = closed_days(came, customers)
    last, parts = -1, []
    for upto in range(1, 61):  # what waits is all behind the last that was bet on
        merged = closed_days(came.part(last + 1, upto), customers[last + 1 : upto])
        parts.append(merged)
        last = int(merged.seqs[-1]) if len(merged.seqs) else last
    for column in range(4):
        np.testing.assert_array_equal(np.concatenate([part[column] for part in parts]), whole[column])


def test_labels_that_come_in_another_order_do_not_cut_a_day_into_many() -> None:
    """A file by ticket id: the days of the labels are mixed; what lies behind belongs to the day that is going on."""
    times = [0, DAY_US, 1, DAY_US + 1, 2, 2 * DAY_US]
    came = outcomes([False] * 6, np.ones(6), [1, 2, 3, 4, 5, 6], times)
    assert closed(came.known_us) == 5
    assert closed_days(came, [7] * 6).seqs.tolist() == [1, 5]
    cut = (
        closed_days(came.part(0, 4), [7] * 4).seqs.tolist() + closed_days(came.part(1), [7] * 5).seqs.tolist()
    )
    assert cut == [1, 5]
