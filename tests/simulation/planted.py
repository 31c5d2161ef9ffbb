"""Tickets of a rare intent with twelve correlated attributes, and incidents planted in slices of them.

The search is section 7 of docs/statistics-reference.md.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.domain.slices.conjunctions import Condition, Tickets

CARDINALITY = {
    "channel": 5,
    "language": 6,
    "tier": 3,
    "length": 4,
    "greeting": 2,
    "forwarded": 2,
    "subject": 2,
    "typing_errors": 3,
    "region": 6,
    "product": 8,
    "device": 3,
    "attachment": 2,
}
NAMES = tuple(CARDINALITY)
VALUES = tuple(tuple(map(str, range(size))) for size in CARDINALITY.values())
# Each is either a row of shares, or a row of shares for each channel or each language.
CHANNEL, LANGUAGE = [0.42, 0.26, 0.18, 0.09, 0.05], [0.58, 0.14, 0.10, 0.09, 0.05, 0.04]
TIER, PRODUCT = [0.60, 0.30, 0.10], [0.22, 0.18, 0.15, 0.13, 0.11, 0.09, 0.07, 0.05]
LENGTH = [[10, 35, 35, 20], [25, 40, 25, 10], [60, 30, 8, 2], [20, 30, 30, 20], [15, 45, 30, 10]]
GREETING, FORWARDED = [0.75, 0.40, 0.35, 0.05, 0.55], [0.18, 0.01, 0.01, 0.03, 0.01]
SUBJECT, ATTACHMENT = [0.93, 0.60, 0.03, 0.30, 0.02], [0.30, 0.15, 0.05, 0.10, 0.0]
TYPING = [[60, 30, 10], [50, 35, 15], [35, 40, 25], [85, 10, 5], [25, 40, 35]]
DEVICE = [[70, 25, 5], [55, 40, 5], [20, 75, 5], [2, 3, 95], [5, 90, 5]]
REGION = [
    [45, 25, 10, 8, 7, 5],
    [5, 75, 10, 4, 3, 3],
    [10, 60, 5, 5, 15, 5],
    [20, 30, 35, 5, 5, 5],
    [5, 15, 70, 4, 3, 3],
    [3, 3, 2, 87, 3, 2],
]
BASE, INSIDE, SHARE, GROWS = 0.87, (0.05, 0.5), (0.06, 0.40), 1.25


class Incident(NamedTuple):
    """The tickets, and the slices in which recall was broken."""

    tickets: Tickets
    planted: list[frozenset[Condition]]


def attributes(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """So many tickets, a column for each attribute."""
    channel, language = _drawn(rng, [CHANNEL] * count), _drawn(rng, [LANGUAGE] * count)
    columns = {
        "channel": channel,
        "language": language,
        "tier": _drawn(rng, [TIER] * count),
        "length": _drawn(rng, np.array(LENGTH)[channel] / 100),
        "greeting": _coin(rng, GREETING, channel),
        "forwarded": _coin(rng, FORWARDED, channel),
        "subject": _coin(rng, SUBJECT, channel),
        "typing_errors": _drawn(rng, np.array(TYPING)[channel] / 100),
        "region": _drawn(rng, np.array(REGION)[language] / 100),
        "product": _drawn(rng, [PRODUCT] * count),
        "device": _drawn(rng, np.array(DEVICE)[channel] / 100),
        "attachment": _coin(rng, ATTACHMENT, channel),
    }
    return np.column_stack([columns[name] for name in NAMES])


def incident(count: int, causes: int, rng: np.random.Generator) -> Incident:
    """So many labelled tickets; recall is .87, and in each planted slice something between .05 and .50."""
    codes = attributes(count, rng)
    recall = np.full(count, BASE)
    planted: list[tuple[tuple[int, int], ...]] = []
    while len(planted) < causes:
        slice_ = _slice(rng)
        if all(_apart(slice_, other) for other in planted):
            planted.append(slice_)
    for slice_ in planted:
        inside = _inside(codes, slice_)
        recall[inside] = np.minimum(recall[inside], rng.uniform(*INSIDE))
    missed = rng.random(count) > recall
    return Incident(
        Tickets(NAMES, VALUES, codes, missed),
        [frozenset(Condition(NAMES[column], str(value)) for column, value in slice_) for slice_ in planted],
    )


@lru_cache(maxsize=1)
def _population() -> NDArray[np.int64]:
    return attributes(60_000, np.random.default_rng(7))


def _slice(rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """One to three conditions that 6 to 40 % of all tickets fit, none of them idle."""
    population = _population()
    while True:
        depth = int(rng.choice([1, 2, 3], p=[0.3, 0.4, 0.3]))
        columns = np.sort(rng.choice(len(NAMES), depth, replace=False))
        row = population[rng.integers(len(population))]
        slice_ = tuple((int(column), int(row[column])) for column in columns)
        share = _inside(population, slice_).mean()
        parents = [slice_[:i] + slice_[i + 1 :] for i in range(depth)] if depth > 1 else []
        if SHARE[0] <= share <= SHARE[1] and all(
            _inside(population, parent).mean() >= GROWS * share for parent in parents
        ):
            return slice_


def _apart(conditions: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]) -> bool:
    mine, theirs = _inside(_population(), conditions), _inside(_population(), other)
    return bool((mine & theirs).sum() <= 0.3 * min(mine.sum(), theirs.sum()))


def _inside(codes: NDArray[np.int64], slice_: tuple[tuple[int, int], ...]) -> NDArray[np.bool_]:
    fits = np.ones(len(codes), bool)
    for column, value in slice_:
        fits &= codes[:, column] == value
    return fits


def _drawn(rng: np.random.Generator, shares: ArrayLike) -> NDArray[np.int64]:
    """One value for each row of shares."""
    below = np.cumsum(np.asarray(shares, np.float64), axis=1)[:, :-1]
    return np.asarray((rng.random(len(below))[:, np.newaxis] > below).sum(axis=1), np.int64)


def _coin(rng: np.random.Generator, chances: list[float], by: NDArray[np.int64]) -> NDArray[np.int64]:
    return (rng.random(len(by)) < np.array(chances)[by]).astype(np.int64)
