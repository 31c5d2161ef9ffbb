"""Twenty tables hold every conjunction of three attributes: they count what a look at each ticket counts."""

from itertools import combinations

import numpy as np
import pytest

from monitor.domain.slices.causes import cell_misses
from monitor.domain.slices.conjunctions import DEPTH, LEAST, Bools, Counted, Tickets, count_slices, members
from monitor.domain.slices.customers import shuffles
from monitor.domain.slices.joint_tables import joint_tables


def tickets(count: int, sizes: list[int]) -> Tickets:
    rng = np.random.default_rng(7)
    codes = np.column_stack([rng.integers(0, size, count) for size in sizes])
    values = tuple(tuple(map(str, range(size))) for size in sizes)
    return Tickets(tuple(f"a{at}" for at in range(len(sizes))), values, codes, rng.random(count) < 0.3)


@pytest.mark.parametrize("attributes", range(1, 13))
def test_every_three_attributes_meet_in_one_of_at_most_twenty_tables(attributes: int) -> None:
    live = tickets(50, [2] * attributes)
    made = joint_tables(live.codes, live.sizes, range(attributes))
    assert len(made) <= 20
    for chosen in combinations(range(attributes), min(DEPTH, attributes)):
        assert any(set(chosen) <= set(table.columns) for table in made)
    for table in made:
        np.testing.assert_array_equal(table.cells[table.of], live.codes[:, table.columns])


def test_a_table_of_many_values_is_no_other_than_one_of_few() -> None:
    """Thirty values each: seven hundred million cells there might be, of which three hundred occur."""
    live = tickets(300, [30] * 7)
    for table in joint_tables(live.codes, live.sizes, range(7)):
        np.testing.assert_array_equal(table.cells[table.of], live.codes[:, table.columns])


@pytest.mark.parametrize("sizes", [[2, 3], [4, 2, 3, 2, 5, 2, 3], [1, 3, 1, 2]])
def test_tickets_and_misses_of_every_slice_are_those_of_a_look_at_each_ticket(sizes: list[int]) -> None:
    live = tickets(400, sizes)
    counted = count_slices(live)
    inside = slices_of(live, counted)
    assert len(inside) > 4
    np.testing.assert_array_equal(counted.n, inside.sum(axis=1))
    np.testing.assert_array_equal(counted.k, (inside & live.missed).sum(axis=1))
    assert counted.n.min() >= LEAST


def test_misses_of_every_slice_in_every_shuffle_are_those_of_a_look_at_each_ticket() -> None:
    live = tickets(400, [4, 2, 3, 2, 5, 2, 3])
    counted = count_slices(live)
    inside = slices_of(live, counted)
    shuffled = shuffles(live.missed, None, np.random.default_rng(3), 20)
    seen = np.zeros(len(counted.n), bool)
    for table in {id(table): table for table in counted.within}.values():
        here = np.flatnonzero([counted.within[which] is table for which in counted.which])
        if not len(here):
            continue
        misses = members(counted, live, table, here) @ cell_misses(table, shuffled)
        expected = [[inside[at][missed].sum() for missed in shuffled] for at in here]
        np.testing.assert_array_equal(misses, expected)
        seen[here] = True
    assert seen.all()


def slices_of(live: Tickets, counted: Counted) -> Bools:
    """Which ticket lies in which slice that was counted, by comparing the values."""
    rows = []
    for which, place in zip(counted.which, counted.place, strict=True):
        fits, left = np.ones(len(live.missed), bool), int(place)
        for column in reversed(counted.attributes[which]):
            left, value = divmod(left, live.sizes[column])
            fits &= live.codes[:, column] == value
        rows.append(fits)
    return np.array(rows)
