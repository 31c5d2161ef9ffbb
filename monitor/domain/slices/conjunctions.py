"""Labelled positives of one intent, and every conjunction of up to three of their attributes, counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from monitor.domain.recall.intervals import FloatArray
from monitor.domain.slices.customers import by_customer
from monitor.domain.slices.joint_tables import Ints, JointTable, joint_tables

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Bools = NDArray[np.bool_]

DEPTH = 3
LEAST = 5  # labelled positives in a slice, and beside it
MOST_ATTRIBUTES, MOST_VALUES = 12, 30
MODEL_MADE = ("predicted", "prediction", "score", "scores", "confidence", "probability", "margin", "intent")


class Condition(NamedTuple):
    """One attribute with one value."""

    name: str
    value: str


@dataclass(frozen=True)
class Tickets:
    """Labelled positives of one intent: a value for each attribute, and whether the ticket was missed.

    `codes` is (tickets, attributes), numbering each attribute's `values`. `customers` numbers whose each is (-1:
    nobody knows); None where each counts for itself.
    """

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    codes: Ints
    missed: Bools
    customers: Ints | None = None

    @property
    def sizes(self) -> list[int]:
        """How many values each attribute has."""
        return list(map(len, self.values))

    def inside(self, conditions: Sequence[Condition]) -> Bools:
        """The tickets that every condition fits; none where a value was never seen."""
        fits = np.ones(len(self.missed), bool)
        for name, value in conditions:
            column = self.names.index(name) if name in self.names else -1
            if column < 0 or value not in self.values[column]:
                return np.zeros(len(self.missed), bool)
            fits &= self.codes[:, column] == self.values[column].index(value)
        return fits


def made_by_model(name: str) -> bool:
    """Whether an attribute is the model's own word, such as its score: it may explain nothing."""
    return name.lower() in MODEL_MADE or any(name.lower().startswith(f"{own}_") for own in MODEL_MADE)


def usable(attributes: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The names of the attributes that can tell one part of the tickets from another.

    Left out are the model's own words; one of more than 30 values (its combinations would fill the memory), or none
    of whose values five tickets share, such as an id. Of more than 12 those with the fewest values are kept.
    """
    known = set[str]().union(*attributes)
    names = sorted(name for name in known if not made_by_model(name))
    counts = {name: Counter(each.get(name, "") for each in attributes) for name in names}
    fewest_first = sorted(
        (len(count), name)
        for name, count in counts.items()
        if len(count) <= MOST_VALUES and max(count.values()) >= LEAST
    )
    return tuple(sorted(name for _, name in fewest_first[:MOST_ATTRIBUTES]))


def tickets(
    attributes: Sequence[Mapping[str, str]], missed: Sequence[bool], customers: Sequence[int | None] = ()
) -> Tickets:
    """Number the values of every usable attribute; a missing one is a value of its own ("").

    Raises:
        ValueError: an attribute is the model's own word, which may explain nothing.
    """
    for name in sorted(set[str]().union(*attributes)):
        if made_by_model(name):
            raise ValueError(
                f"{name!r} is made by the model: only what was known before the prediction can explain misses"
            )
    return numbered(usable(attributes), attributes, missed, customers)


def numbered(
    names: Sequence[str],
    attributes: Sequence[Mapping[str, str]],
    missed: Sequence[bool],
    customers: Sequence[int | None] = (),
) -> Tickets:
    """Number the values of these attributes, and whose tickets they are where `customers` says it."""
    values = []
    codes = np.empty((len(attributes), len(names)), np.int64)
    for at, name in enumerate(names):
        column = [each.get(name, "") for each in attributes]
        values.append(tuple(sorted(set(column))))
        places = {value: place for place, value in enumerate(values[-1])}
        codes[:, at] = np.fromiter(map(places.__getitem__, column), np.int64, len(column))
    return Tickets(tuple(names), tuple(values), codes, np.asarray(missed, bool), by_customer(customers))


@dataclass(frozen=True)
class Counted:
    """Every slice that survived: its attributes and place in their table, its counts, its depth and statistic.

    `within` is the table in which each combination of attributes is counted.
    """

    attributes: list[tuple[int, ...]]
    within: list[JointTable]
    which: Ints
    place: Ints
    n: Ints
    k: Ints
    depth: Ints
    scan: FloatArray
    tables: dict[tuple[int, ...], tuple[Ints, Ints]]


def count_slices(live: Tickets) -> Counted:
    """Count all conjunctions by mixed radix; of equal row sets keep the shortest.

    Kept are those with five tickets inside and five outside: fewer on either side tell nothing.
    """
    total = len(live.missed)
    marks = np.random.default_rng(0).integers(0, 2**32, (2, total)).astype(np.float64)  # sums stay exact
    parts: list[list[NDArray[np.generic]]] = []
    tables: dict[tuple[int, ...], tuple[Ints, Ints]] = {}
    attributes, within = list[tuple[int, ...]](), list[JointTable]()
    for chosen, table, sums in _combinations(live, [np.ones(total), live.missed.astype(np.float64), *marks]):
        codes, size = table.codes(chosen, live.sizes)
        n, k = (np.bincount(codes, weights=each, minlength=size).astype(np.int64) for each in sums[:2])
        tables[chosen] = n, k
        kept = np.flatnonzero((n >= LEAST) & (total - n >= LEAST))
        if not len(kept):
            continue
        identity = [np.bincount(codes, weights=mark, minlength=size)[kept] for mark in sums[2:]]
        attributes.append(chosen)
        within.append(table)
        number = np.full(len(kept), len(attributes) - 1)
        parts.append([number, kept, n[kept], k[kept], np.full(len(kept), len(chosen)), *identity])
    if not parts:
        empty = np.zeros(0, np.int64)
        return Counted([], [], empty, empty, empty, empty, empty, np.zeros(0), tables)
    which, place, n, k, depth, *identity = (np.concatenate(column) for column in zip(*parts, strict=True))
    _, first = np.unique(np.stack(identity), axis=1, return_index=True)  # the first is the shortest
    first.sort()
    which, place, n, k, depth = (column[first] for column in (which, place, n, k, depth))
    missed = int(live.missed.sum())
    scan = scan_statistic(n, k, total, missed)
    return Counted(attributes, within, which, place, n, k, depth, scan, tables)


def _combinations(
    live: Tickets, weights: Sequence[FloatArray]
) -> Iterator[tuple[tuple[int, ...], JointTable, Sequence[FloatArray]]]:
    """Every combination of attributes, the smallest table that has it, and the table's sums of the tickets' weights."""
    useful = [column for column, values in enumerate(live.values) if len(values) > 1]
    made = (
        sorted(joint_tables(live.codes, live.sizes, useful), key=lambda table: len(table.cells))
        if useful
        else []
    )
    sums: list[list[FloatArray]] = [
        [np.bincount(table.of, each, len(table.cells)).astype(np.float64) for each in weights]
        for table in made
    ]
    for depth in range(1, DEPTH + 1):
        for chosen in combinations(useful, depth):
            at = next(at for at, table in enumerate(made) if set(chosen) <= set(table.columns))
            yield chosen, made[at], sums[at]


def scan_statistic(n: NDArray[np.generic], k: NDArray[np.generic], total: int, missed: int) -> FloatArray:
    """The Bernoulli scan statistic: how much likelier the counts are with a rate of its own inside; 0 if lower."""
    inside, outside = np.asarray(k, np.float64), missed - np.asarray(k, np.float64)
    n_in = np.asarray(n, np.float64)
    n_out = total - n_in
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (
            scipy.special.xlogy(inside, inside / n_in)
            + scipy.special.xlogy(n_in - inside, 1 - inside / n_in)
            + scipy.special.xlogy(outside, outside / n_out)
            + scipy.special.xlogy(n_out - outside, 1 - outside / n_out)
        )
    null = scipy.special.xlogy(missed, missed / total) + scipy.special.xlogy(
        total - missed, 1 - missed / total
    )
    higher = inside * n_out > outside * n_in
    return np.where(higher, value - null, 0.0)


def members(counted: Counted, live: Tickets, table: JointTable, here: Ints) -> "csr_array":
    """Slices by cells: which cell of the table lies in which of the slices `here`, all of them counted in it."""
    from scipy.sparse import csr_array

    rows, columns = [], []
    for which in np.unique(counted.which[here]):
        codes, size = table.codes(counted.attributes[which], live.sizes)
        row_of = np.full(size, -1)
        mine = np.flatnonzero(counted.which[here] == which)
        row_of[counted.place[here][mine]] = mine
        row = row_of[codes]
        inside = np.flatnonzero(row >= 0)
        rows.append(row[inside])
        columns.append(inside)
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.ones(len(row)), (row, column)), shape=(len(here), len(table.cells)))
