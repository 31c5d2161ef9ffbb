"""The money of each rule after each label: cells alone, a group's mean, some of many, and who knows all.

Money comes by the calendar: a share of `BUDGET`, half by the day and half of a half with the release. What a bet is
worth grows with its share, so every path is of a whole budget, and `first_page` takes the share.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.groups_streams import Labels
from monitor.domain.detection.betting import CAP, GRID, evidence_each, stakes
from monitor.domain.detection.group import group_factors, unmixed
from monitor.domain.detection.some_of_many import bet_on_some, no_starts
from monitor.domain.recall.intervals import FloatArray

BUDGET = 1.0  # false pages a year
BY_DAY = BUDGET / 2 / 365
HEAD = BUDGET / 4
AT_ONCE = 50  # groups in memory

Factors = Callable[[int], FloatArray]


def first_page(labels: Labels, *bets: tuple[FloatArray, float]) -> FloatArray:
    """When the first of the bets, each with its share of the money, is worth a page; without end: never."""
    rich = np.any([path * share >= 1 for path, share in bets], axis=0)
    when = np.take_along_axis(labels.times, rich.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    return np.where(rich.any(axis=1), when, np.inf)


def money(
    times: FloatArray, cells: NDArray[np.int64], cap: float = np.inf, *, keep_rest: bool = True
) -> FloatArray:
    """What comes in before each label: BY_DAY since its cell's last, and HEAD with the first; at most `cap`.

    What is over the cap comes with the next label, or is lost.
    """
    rows, put = np.arange(len(times)), np.zeros(times.shape)
    last, waiting = np.zeros((len(times), cells.max() + 1)), np.full((len(times), cells.max() + 1), HEAD)
    for label, (now, cell) in enumerate(zip(times.T, cells.T, strict=True)):
        when = np.where(np.isfinite(now), now, last[rows, cell])
        due = waiting[rows, cell] + BY_DAY * (when - last[rows, cell])
        put[:, label] = np.minimum(due, cap)
        waiting[rows, cell], last[rows, cell] = (due - put[:, label]) * keep_rest, when
    return put


def cells_path(labels: Labels, put: FloatArray | None = None) -> FloatArray:
    """M of the label's own cell; `put` comes in before each label, by the calendar unless given."""
    floors = labels.floors()
    bold = np.stack([[stakes(f) if f else np.zeros(GRID) for f in row] for row in floors])
    rows = np.arange(len(floors))

    def factor(label: int) -> FloatArray:
        mine = labels.intents[:, label]
        edge = labels.hits[:, label] - floors[rows, mine]
        return np.asarray(1 - bold[rows, mine] * edge[:, np.newaxis])

    due = money(labels.times, labels.intents) if put is None else put
    return _played(labels, labels.intents, due, factor)


def mean_path(labels: Labels, put: FloatArray | None = None) -> FloatArray:
    """M of the bet on the mix-weighted shortfall; `put` as above."""
    due = money(labels.times, np.zeros_like(labels.intents)) if put is None else put
    starts = range(0, len(due), AT_ONCE)
    parts = zip(labels.parts(AT_ONCE), (due[a : a + AT_ONCE] for a in starts), strict=True)
    return np.concatenate([_mean_path(part, mine) for part, mine in parts])


def _mean_path(labels: Labels, put: FloatArray) -> FloatArray:
    factors = np.ones((*labels.times.shape, GRID))
    for index, there in enumerate(labels.arrived):
        members = labels.members(index)
        hits = labels.hits[index, there]
        factors[index, there] = group_factors(
            members, unmixed(members), labels.names(index), hits, np.ones(len(hits))
        ).factor
    return _played(labels, np.zeros_like(labels.intents), put, lambda label: factors[:, label])


def some_path(labels: Labels) -> FloatArray:
    """M of the bet on some of many."""
    path = np.zeros(labels.times.shape)
    put = money(labels.times, np.zeros_like(labels.intents))
    for index, there in enumerate(labels.arrived):
        members = labels.members(index)
        hits, days = labels.hits[index, there], np.floor(labels.times[index, there])
        path[index, there] = bet_on_some(
            members,
            no_starts(members),
            labels.names(index),
            hits,
            np.ones(len(hits)),
            put[index, there],
            days.astype(int),
            np.arange(len(hits)),
        ).evidence
    return path


def oracle_path(labels: Labels) -> FloatArray:
    """Who knows which members break, to what, and the healthy recalls, has one bet, and all of the money."""
    healthy = np.take_along_axis(labels.healthy, labels.intents, axis=1)
    broken = np.take_along_axis(labels.broken, labels.intents, axis=1)
    ratio = np.where(labels.hits > 0, broken / healthy, (1 - broken) / (1 - healthy))
    group = np.zeros_like(labels.intents)
    put = money(labels.times, group)
    return _played(labels, group, put, lambda label: np.repeat(ratio[:, label, np.newaxis], GRID, axis=1))


def _played(labels: Labels, cells: NDArray[np.int64], put: FloatArray, factor: Factors) -> FloatArray:
    rows, path = np.arange(len(cells)), np.zeros(cells.shape)
    wealth = np.zeros((len(cells), cells.max() + 1, GRID))
    for label, there in enumerate(labels.arrived.T):
        cell = cells[:, label]
        after = np.minimum((wealth[rows, cell] + put[:, label, np.newaxis]) * factor(label), CAP)
        wealth[rows, cell] = np.where(there[:, np.newaxis], after, wealth[rows, cell])
        path[:, label] = np.where(there, evidence_each(after), 0.0)
    return path
