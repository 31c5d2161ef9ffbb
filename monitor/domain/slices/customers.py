"""Whose ticket each is in, the ways to shuffle their misses out: a customer's stay together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.domain.recall.intervals import FloatArray

NOBODY = -1  # a ticket whose customer is not known is as good as a customer's only one


def by_customer(customers: Sequence[int | None]) -> NDArray[np.int64] | None:
    """The customers numbered; None where no two tickets are known to be of the same one.

    >>> by_customer([77, None, 5, 77]).tolist()
    [0, -1, 1, 0]
    """
    numbers: dict[int, int] = {}
    each = [NOBODY if name is None else numbers.setdefault(name, len(numbers)) for name in customers]
    known = sum(number != NOBODY for number in each)
    return np.asarray(each, np.int64) if len(numbers) < known else None


def shuffles(
    missed: NDArray[np.bool_],
    customers: NDArray[np.int64] | None,
    rng: np.random.Generator,
    permutations: int,
) -> FloatArray:
    """So many shuffled columns of misses (1.0) and hits, (tickets, permutations).

    Without `customers` every ticket changes places with any other. With them a customer's misses, together, change
    places with those of a customer with as many tickets: if these are alike in distribution, so are the columns. A
    customer with a number of tickets of its own keeps them, so that nothing is found by it alone. Costs: 10 us a
    permutation, and as much again for each number of tickets.

    Source: Winkler et al. 2015, Multi-level block permutation.
    """
    columns = np.zeros((len(missed), permutations))
    if customers is None:
        total = int(missed.sum())
        for column in range(permutations):
            columns[rng.permutation(len(missed))[:total], column] = 1.0
        return columns
    for blocks in _blocks(customers):
        values = missed[blocks].astype(np.float64)
        for column in range(permutations):
            columns[blocks, column] = rng.permutation(values)
    return columns


def _blocks(customers: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The tickets of the customers who have as many of them: an array (customers, tickets) for each number."""
    alone = np.flatnonzero(customers == NOBODY)
    known = np.flatnonzero(customers != NOBODY)
    order = known[np.argsort(customers[known], kind="stable")]
    _, first, counts = np.unique(customers[order], return_index=True, return_counts=True)
    by_size: dict[int, list[NDArray[np.int64]]] = {1: [np.array([ticket]) for ticket in alone]}
    for begin, count in zip(first.tolist(), counts.tolist(), strict=True):
        by_size.setdefault(count, []).append(order[begin : begin + count])
    return [np.stack(blocks) for _, blocks in sorted(by_size.items()) if blocks]
