"""Whether misses keep to the labels of a few batches, and which."""

import pytest

from monitor.domain.labelling.batches import miss_batches
from monitor.domain.labelling.slips import MissBatches


def labels(**batches: tuple[int, int]) -> tuple[list[str], list[bool]]:
    """Labels of batches, each of so many hits and misses."""
    names = [name for name, (hits, misses) in batches.items() for _ in range(hits + misses)]
    return names, [hit for hits, misses in batches.values() for hit in [True] * hits + [False] * misses]


def test_two_batches_by_hand() -> None:
    # Each is bad with a chance of a half, so the second story is the mean over p < q of the product of the means.
    rates = [0.025 + 0.05 * place for place in range(20)]
    one = sum(p**8 * (1 - p) ** 12 for p in rates) / 20
    pairs = [(p, q) for p in rates for q in rates if p < q]
    two = sum(
        ((1 - p) ** 10 + (1 - q) ** 10) * (p**8 * (1 - p) ** 2 + q**8 * (1 - q) ** 2) / 4 for p, q in pairs
    )
    seen = miss_batches(*labels(monday=(10, 0), tuesday=(2, 8)))
    assert seen is not None
    assert seen.likelier == pytest.approx(two / len(pairs) / one)
    assert (seen.names, seen.labels, seen.misses, seen.other_labels, seen.other_misses) == (
        ("tuesday",),
        10,
        8,
        10,
        0,
    )


def test_the_worst_of_two_bad_batches_comes_first() -> None:
    seen = miss_batches(*labels(a=(10, 1), b=(3, 12), c=(10, 1), d=(0, 15), e=(10, 1)))
    assert isinstance(seen, MissBatches)
    assert (seen.names, seen.labels, seen.misses, seen.other_misses) == (("d", "b"), 30, 27, 3)


def test_nothing_is_said_of_misses_that_are_spread_evenly_or_few_or_of_one_batch() -> None:
    assert miss_batches(*labels(a=(6, 4), b=(5, 5), c=(6, 4))) is None
    assert miss_batches(*labels(a=(20, 0), b=(0, 4))) is None
    assert miss_batches(*labels(a=(2, 30))) is None
    assert miss_batches([], []) is None


def test_a_burst_of_one_customer_counts_as_few() -> None:
    batches = labels(a=(9, 1), b=(1, 9), c=(9, 1))
    assert miss_batches(*batches) is not None
    assert miss_batches(*batches, design_effect=3.0) is None
