"""A customer's misses are shuffled together, and only with those of a customer with as many tickets."""

import numpy as np

from monitor.domain.recall.intervals import FloatArray
from monitor.domain.slices.causes import explain
from monitor.domain.slices.conjunctions import tickets
from monitor.domain.slices.customers import by_customer, shuffles
from monitor.domain.slices.joint_tables import Ints

WHOSE = np.array([0, 1, 0, 2, 1, 2, 2, -1, -1])
MISSED = np.array([1, 0, 1, 1, 0, 0, 0, 1, 0], bool)


def shuffled(whose: Ints | None) -> FloatArray:
    """So many shuffles as columns of misses (1.0) and hits."""
    missed = shuffles(MISSED, whose, np.random.default_rng(1), 200)
    assert missed.shape == (200, 4)
    columns = np.zeros((len(MISSED), 200))
    for column, tickets_missed in enumerate(missed.tolist()):
        columns[tickets_missed, column] = 1.0
    return columns


def test_customers_change_places_as_a_whole() -> None:
    columns = shuffled(WHOSE)
    first, second = columns[[0, 2]], columns[[1, 4]]
    assert set(map(tuple, first.T)) == {(1.0, 1.0), (0.0, 0.0)}
    np.testing.assert_array_equal(second, 1 - first)
    np.testing.assert_array_equal(columns[[3, 5, 6]], np.tile([[1.0], [0.0], [0.0]], 200))
    assert set(map(tuple, columns[[7, 8]].T)) == {(1.0, 0.0), (0.0, 1.0)}
    assert set(columns.sum(axis=0)) == {4.0}


def test_without_customers_every_ticket_changes_places() -> None:
    columns = shuffled(None)
    assert set(columns.sum(axis=0)) == {4.0}
    assert 0.3 < columns[3].mean() < 0.6


def test_nobody_s_tickets_are_nobody_s() -> None:
    assert by_customer([None, None]) is None
    assert by_customer([3, 4]) is None
    assert by_customer([]) is None


def test_one_customer_s_misses_are_no_cause() -> None:
    """Ten misses by one customer who writes by phone, 50 hits by others, a third of whom do."""
    slices = [{"channel": "phone"}] * 10 + [
        {"channel": "phone"},
        {"channel": "email"},
        {"channel": "email"},
    ] * 17
    missed = [True] * 10 + [False] * 51
    (alone,) = explain(tickets(slices, missed), rng=np.random.default_rng(1))
    assert alone.significant
    whose = [0] * 10 + [1 + number // 10 for number in range(51)]
    (together,) = explain(tickets(slices, missed, whose), rng=np.random.default_rng(1))
    assert not together.significant
