"""Which slices of an intent's tickets explain its misses: enumerate, rank, test, delete the best, repeat.

Only attributes known *before* the prediction explain anything: one that the model made would find itself.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

import numpy as np

from monitor.domain.recall.intervals import FloatArray
from monitor.domain.slices.conjunctions import (
    DEPTH,
    Condition,
    Counted,
    Tickets,
    count_slices,
    members,
    scan_statistic,
)
from monitor.domain.slices.customers import shuffles
from monitor.domain.slices.joint_tables import Ints, JointTable
from monitor.domain.slices.tails import log_tail, log_tail_at_least

FEW = 40  # labelled positives in all: below, a finding is a hint
PARENT = 0.05
PERMUTATIONS = 199
LEVEL = 0.05
NEW = 2.33


class CauseKind(StrEnum):
    """What an anchor says of a slice that is weak now."""

    NEW = "new"
    ALWAYS = "always weak"
    UNKNOWN = "weak now, unknown before"


class Cause(NamedTuple):
    """A slice that explains misses: `misses` of its `tickets` labelled positives.

    `p` is the chance that a random part of that size holds so many, before looking at many slices.
    `significant`: it stands out from the best that chance finds among all of them. `hint`: too few labelled
    positives to call it a finding. `kind` and `z` compare with the anchor's own positives.
    """

    conditions: tuple[Condition, ...]
    tickets: int
    misses: int
    p: float
    significant: bool
    hint: bool
    kind: CauseKind = CauseKind.UNKNOWN
    z: float | None = None


def explain(
    live: Tickets,
    anchor: Tickets | None = None,
    *,
    rng: np.random.Generator,
    at_most: int = 3,
    permutations: int = PERMUTATIONS,
) -> list[Cause]:
    """The slices that explain the misses, the best first, each found after the ones before it were taken out.

    Where it is known whose tickets they are, chance shuffles customers: a customer's tickets miss together.
    Stops at the first that is not significant, unless it is the first of all, which is shown with that said.
    Costs: 0.1 s for 300 tickets of 12 attributes, some 0.7 s a cause for 50,000 (`benchmarks.slices`).

    Source: section 7; Kulldorff 1997, A spatial scan statistic.
    """
    causes: list[Cause] = []
    left = live
    while len(causes) < at_most and left.missed.any() and not left.missed.all():
        counted = count_slices(left)
        best = next(_ranked(counted, left), None)
        if best is None:
            break
        conditions, slice_, p = best
        significant = bool(counted.scan[slice_] > _limits(counted, left, rng, permutations)[len(conditions)])
        if causes and not significant:
            break
        kind, z = _before(conditions, left, anchor)
        few = len(live.missed) < FEW
        causes.append(
            Cause(
                conditions,
                int(counted.n[slice_]),
                int(counted.k[slice_]),
                p,
                significant and not few,
                few,
                kind,
                z,
            )
        )
        if not significant:
            break
        outside = ~left.inside(conditions)
        customers = left.customers[outside] if left.customers is not None else None
        left = Tickets(left.names, left.values, left.codes[outside], left.missed[outside], customers)
    return causes


def leading(live: Tickets, at_most: int = 3) -> list[tuple[Condition, ...]]:
    """The slices that lead the ranking, without any test: what a person might look at first."""
    return [conditions for conditions, _, _ in islice(_ranked(count_slices(live), live), at_most)]


def _ranked(counted: Counted, live: Tickets) -> Iterator[tuple[tuple[Condition, ...], int, float]]:
    """Slices by `-ln p_S - ln M_d`, best first, without those that a parent explains."""
    from scipy.stats import hypergeom

    total, missed = len(live.missed), int(live.missed.sum())
    for index, log_p in best_first(counted, total, missed):
        if counted.k[index] * total <= missed * counted.n[index]:
            return  # no worse than the rest, and nor is anything behind it
        chosen = counted.attributes[counted.which[index]]
        values = _values(live, chosen, int(counted.place[index]))
        if all(
            hypergeom.sf(counted.k[index] - 1, n, k, counted.n[index]) <= PARENT
            for n, k in _parents(counted, live, chosen, values)
        ):
            conditions = tuple(
                Condition(live.names[column], live.values[column][value])
                for column, value in zip(chosen, values, strict=True)
            )
            yield conditions, index, float(np.exp(log_p))


def best_first(counted: Counted, total: int, missed: int) -> Iterator[tuple[int, float]]:
    """Slices with their `ln p_S`, the highest `-ln p_S - ln M_d` first; of equal ones the first.

    An exact p takes a hundred times as long as a bound of it: it is asked for as long as another slice may be better.
    """
    per_depth = np.bincount(counted.depth, minlength=DEPTH + 1)
    many = np.log(np.maximum(per_depth[counted.depth], 1))
    at_most = -log_tail_at_least(counted.k, total, missed, counted.n) - many
    known: list[tuple[float, int, float]] = []
    for index in np.argsort(-at_most, kind="stable").tolist():
        while known and -known[0][0] > at_most[index]:
            _, best, log_p = heappop(known)
            yield best, log_p
        (log_p,) = log_tail(counted.k[[index]], total, missed, counted.n[[index]]).tolist()
        heappush(known, (float(log_p + many[index]), index, log_p))
    while known:
        _, best, log_p = heappop(known)
        yield best, log_p


def _values(live: Tickets, chosen: Sequence[int], place: int) -> list[int]:
    values = []
    for column in reversed(chosen):
        place, value = divmod(place, len(live.values[column]))
        values.append(value)
    return values[::-1]


def _parents(
    counted: Counted, live: Tickets, chosen: tuple[int, ...], values: Sequence[int]
) -> Iterator[tuple[int, int]]:
    for left_out in range(len(chosen)) if len(chosen) > 1 else ():
        parent = chosen[:left_out] + chosen[left_out + 1 :]
        place = 0
        for column, value in zip(parent, [*values[:left_out], *values[left_out + 1 :]], strict=True):
            place = place * len(live.values[column]) + value
        n, k = counted.tables[parent]
        yield int(n[place]), int(k[place])


def _limits(counted: Counted, live: Tickets, rng: np.random.Generator, permutations: int) -> FloatArray:
    """What the best slice of each depth reaches by chance, but for LEVEL / DEPTH of the time."""
    total, missed = len(live.missed), int(live.missed.sum())
    shuffled = shuffles(live.missed, live.customers, rng, permutations)
    best = np.zeros((DEPTH + 1, permutations))
    for table in {id(table): table for table in counted.within}.values():
        mine = np.array([within is table for within in counted.within])
        here = np.flatnonzero(mine[counted.which])
        if not len(here):
            continue
        k = members(counted, live, table, here) @ cell_misses(table, shuffled)
        scan = scan_statistic(counted.n[here][:, np.newaxis], k, total, missed)
        for depth in range(1, DEPTH + 1):
            of_depth = scan[counted.depth[here] == depth]
            if len(of_depth):
                best[depth] = np.maximum(best[depth], of_depth.max(axis=0))
    return np.asarray(np.quantile(best, 1 - LEVEL / DEPTH, axis=1))


def cell_misses(table: JointTable, shuffled: Ints) -> FloatArray:
    """The misses in each cell of a table, in each of the shuffles: (cells, shuffles)."""
    cells = len(table.cells)
    places = table.of[shuffled] + cells * np.arange(len(shuffled))[:, np.newaxis]
    counts = np.bincount(places.ravel(), minlength=cells * len(shuffled))
    return np.ascontiguousarray(counts.reshape(len(shuffled), cells).T, np.float64)


def _before(
    conditions: Sequence[Condition], live: Tickets, anchor: Tickets | None
) -> tuple[CauseKind, float | None]:
    """Difference in differences of the log odds of a miss against the anchor's own positives."""
    if anchor is None or not {condition.name for condition in conditions} <= set(anchor.names):
        return CauseKind.UNKNOWN, None  # the anchor's examples never said
    cells: list[tuple[int, int]] = []
    for tickets in (live, anchor):
        inside = tickets.inside(conditions)
        for part in (inside, ~inside):
            cells.append((int(tickets.missed[part].sum()), int((~tickets.missed[part]).sum())))
    live_in, live_out, anchor_in, anchor_out = (np.log((m + 0.5) / (h + 0.5)) for m, h in cells)
    spread = np.sqrt(sum(1 / (m + 0.5) + 1 / (h + 0.5) for m, h in cells))
    z = float((live_in - anchor_in - live_out + anchor_out) / spread)
    if z > NEW:
        return CauseKind.NEW, z
    offline = float(
        (anchor_in - anchor_out) / np.sqrt(sum(1 / (m + 0.5) + 1 / (h + 0.5) for m, h in cells[2:]))
    )
    return (CauseKind.ALWAYS if offline > NEW else CauseKind.UNKNOWN), z
