"""Whose ticket each is in, the ways to shuffle their misses out: a customer's stay together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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
) -> NDArray[np.int64]:
    """The tickets that are missed in each of so many shuffles, (permutations, misses).

    Without `customers` every ticket changes places with any other. With them a customer's misses, together, change
    places with those of a customer with as many tickets: if these are alike in distribution, so are the shuffles. A
    customer with a number of tickets of its own keeps them, so that nothing is found by it alone. Costs: 10 us a
    permutation, and as much again for each number of tickets.

    Source: Winkler et al. 2015, Multi-level block permutation.
    """
    total = int(missed.sum())
    if customers is None:
        return np.stack([rng.permutation(len(missed))[:total] for _ in range(permutations)])
    columns = np.zeros((permutations, len(missed)), bool)
    for blocks in _blocks(customers):
        values = missed[blocks]
        for column in columns:
            column[blocks] = rng.permutation(values)
    return np.nonzero(columns)[1].reshape(permutations, total)


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
