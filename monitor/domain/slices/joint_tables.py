"""Tickets of up to twelve attributes in; at most twenty tables of them out, in which every three attributes meet.

Whatever is counted by one, two or three attributes is a sum over the cells of such a table. Of 50,000 tickets they are
some thousands, so that 298 combinations are counted in a tenth of the time.
"""

from collections.abc import Sequence
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

TOGETHER = 3  # attributes that meet in some table
_ROOM = 1 << 20  # codes that are numbered by looking at each; of more they are sorted


class JointTable(NamedTuple):
    """Tickets by the attributes `columns`: the `cells` that occur, (cells, columns), and the cell `of` each ticket."""

    columns: tuple[int, ...]
    cells: Ints
    of: Ints

    def codes(self, chosen: Sequence[int], sizes: Sequence[int]) -> tuple[Ints, int]:
        """Each cell's values of the `chosen` attributes as one number, by mixed radix, and how many there may be."""
        return mixed_radix([self.cells[:, self.columns.index(column)] for column in chosen], chosen, sizes)


def mixed_radix(
    values: Sequence[NDArray[np.int64]], chosen: Sequence[int], sizes: Sequence[int]
) -> tuple[Ints, int]:
    """Several columns of values as one number each, and how many such numbers there may be."""
    codes, size = values[0], sizes[chosen[0]]
    for column, more in zip(chosen[1:], values[1:], strict=True):
        codes = codes * sizes[column] + more
        size *= sizes[column]
    return codes, size


def joint_tables(codes: Ints, sizes: Sequence[int], useful: Sequence[int]) -> list[JointTable]:
    """Tables by the `useful` attributes, in which every three of them meet; `codes` is (tickets, attributes).

    The attributes are paired, the one of most values with that of fewest, and each three pairs are a table: of three
    attributes no more than three pairs have a part. Costs: a sort of the tickets for each table, at most.
    """
    by_size = sorted(useful, key=lambda column: -sizes[column])
    half = (len(by_size) + 1) // 2
    few = by_size[half:][::-1]
    pairs = [by_size[at : at + 1] + few[at : at + 1] for at in range(half)]
    groups = combinations(pairs, TOGETHER) if len(pairs) > TOGETHER else [tuple(pairs)]
    return [_joint_table(codes, sizes, sorted(chain(*group))) for group in groups]


def _joint_table(codes: Ints, sizes: Sequence[int], columns: Sequence[int]) -> JointTable:
    numbers, size = mixed_radix([codes[:, column] for column in columns], columns, sizes)
    if size <= _ROOM:
        there = np.bincount(numbers, minlength=size) > 0
        known, of = np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]
    else:
        known, of = np.unique(numbers, return_inverse=True)
    cells = np.empty((len(known), len(columns)), np.int64)
    for at in range(len(columns) - 1, -1, -1):
        known, cells[:, at] = np.divmod(known, sizes[columns[at]])
    return JointTable(tuple(columns), cells, of)
