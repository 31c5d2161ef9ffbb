"""Whether one customer's tickets miss together: counted out by hand, and by every way to shuffle."""

import math
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest

from monitor.domain.labelling.clustering import FEWEST, Burst, Clustering, clustering

ALIKE = [Burst(2, 2), Burst(2, 0)]


def shuffled_z(sizes: Sequence[int], misses: Sequence[int]) -> float:
    """The statistic against all the ways to choose which tickets were missed."""
    tickets = sum(sizes)
    ends = np.cumsum([0, *sizes])

    def pairs(missed: Sequence[int]) -> float:
        away = np.isin(np.arange(tickets), missed) - len(missed) / tickets
        parts = [away[begin:end] for begin, end in pairwise(ends)]
        return float(sum(part.sum() ** 2 - (part**2).sum() for part in parts))

    all_ways = [pairs(chosen) for chosen in combinations(range(tickets), sum(misses))]
    mine = pairs([begin + i for begin, missed in zip(ends, misses, strict=False) for i in range(missed)])
    return (mine - float(np.mean(all_ways))) / float(np.std(all_ways))


@pytest.mark.parametrize(
    ("sizes", "misses"),
    [
        ((3, 2, 1, 4), (2, 0, 0, 1)),
        ((2, 2, 1), (0, 2, 0)),
        ((5, 1, 1), (3, 0, 1)),
        ((2, 2, 2, 2), (1, 1, 1, 0)),
    ],
)
def test_chance_is_that_of_every_shuffling(sizes: tuple[int, ...], misses: tuple[int, ...]) -> None:
    seen = clustering([[Burst(n, k) for n, k in zip(sizes, misses, strict=True)]])
    assert seen.z == pytest.approx(shuffled_z(sizes, misses))


def test_the_correlation_is_that_of_the_analysis_of_variance() -> None:
    # 3 of 3, 0 of 3, 1 of 2; mean 1/2. Between: 9/12 + 9/12 + 0 = 3/2 on 2; within: 1/2 on 5; m0 = (8 - 22/8)/2.
    between, within, size = 0.75, 0.1, (8 - 22 / 8) / 2
    seen = clustering([[Burst(3, 3), Burst(3, 0), Burst(2, 1)]])
    assert seen.icc == pytest.approx((between - within) / (between + (size - 1) * within))
    assert seen.at_a_time == pytest.approx(22 / 8)


def test_a_customer_alone_says_nothing() -> None:
    assert clustering([[Burst(10, 10)]]) == Clustering(0.0, 0.0, 10, 1, 10.0)
    assert clustering([]) == Clustering()


def test_a_fall_of_the_recall_is_no_clustering_and_nor_is_an_intent_that_is_harder() -> None:
    fall = [*[Burst(3, 0)] * 8, *[Burst(3, 3)] * 8]
    assert clustering([fall]).z == 0
    assert clustering([[Burst(3, 0)] * 20, [Burst(3, 3)] * 20]).z == 0


def test_a_day_that_is_bad_for_all_is_no_clustering() -> None:
    days = [Burst(2, 2 * (day % 2), day) for day in range(100) for _ in range(3)]
    assert clustering([days]).z == 0
    assert clustering([[burst._replace(day=0) for burst in days]]).z > 3


def test_it_speaks_up_only_once_there_is_enough() -> None:
    assert not clustering([ALIKE * (FEWEST // 2 - 1)]).beyond_chance
    seen = clustering([ALIKE * (FEWEST // 2)])
    assert seen.beyond_chance
    assert seen.bursts == FEWEST


def test_ten_alike_count_as_less() -> None:
    from datetime import UTC, datetime

    seen = Clustering(icc=0.2, at_a_time=3.0)
    assert math.isclose(seen.design_effect, 1.0)
    known = Clustering(icc=0.2, at_a_time=3.0, since=datetime(2026, 11, 1, tzinfo=UTC))
    assert math.isclose(known.design_effect, 1.4)
