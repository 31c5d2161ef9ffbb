"""Which slices of an intent's tickets explain its misses: enumerate, rank, test, delete the best, repeat.

Only attributes known *before* the prediction explain anything: one that the model made would find itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import xlogy
from scipy.stats import hypergeom

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DEPTH = 3
LEAST = 5  # labelled positives in a slice
FEW = 40  # labelled positives in all: below, a finding is a hint
PARENT = 0.05
PERMUTATIONS = 199
LEVEL = 0.05
NEW = 2.33
MOST_ATTRIBUTES, MOST_VALUES = 12, 30
MODEL_MADE = ("predicted", "prediction", "score", "scores", "confidence", "probability", "margin", "intent")
_COMBINATIONS_AT_ONCE = 40


class Kind(StrEnum):
    """What an anchor says of a slice that is weak now."""

    NEW = "new"
    ALWAYS = "always weak"
    UNKNOWN = "weak now, unknown before"


class Condition(NamedTuple):
    """One attribute with one value."""

    name: str
    value: str


@dataclass(frozen=True)
class Tickets:
    """Labelled positives of one intent: a value for each attribute, and whether the ticket was missed.

    `codes` is (tickets, attributes), numbering each attribute's `values`.
    """

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    codes: Ints
    missed: Bools

    def inside(self, conditions: Sequence[Condition]) -> Bools:
        """The tickets that every condition fits; none where a value was never seen."""
        fits = np.ones(len(self.missed), bool)
        for name, value in conditions:
            column = self.names.index(name) if name in self.names else -1
            if column < 0 or value not in self.values[column]:
                return np.zeros(len(self.missed), bool)
            fits &= self.codes[:, column] == self.values[column].index(value)
        return fits


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
    kind: Kind = Kind.UNKNOWN
    z: float | None = None


def made_by_model(name: str) -> bool:
    """Whether an attribute is the model's own word, such as its score: it may explain nothing."""
    return name.lower() in MODEL_MADE or any(name.lower().startswith(f"{own}_") for own in MODEL_MADE)


def tickets(attributes: Sequence[Mapping[str, str]], missed: Sequence[bool]) -> Tickets:
    """Number the values of every attribute; a missing one is a value of its own ("").

    An attribute of more than 30 values is left out (an id tells no part of the tickets from another, and its
    combinations would fill the memory); of more than 12 attributes those with the fewest values are kept.

    Raises:
        ValueError: an attribute is the model's own word, which may explain nothing.
    """
    names = tuple(sorted({name for each in attributes for name in each}))
    for name in names:
        if made_by_model(name):
            raise ValueError(
                f"{name!r} is made by the model: only what was known before the prediction can explain misses"
            )
    said = {name: tuple(sorted({each.get(name, "") for each in attributes})) for name in names}
    fewest_first = sorted((len(said[name]), name) for name in names if len(said[name]) <= MOST_VALUES)
    names = tuple(sorted(name for _, name in fewest_first[:MOST_ATTRIBUTES]))
    values = tuple(said[name] for name in names)
    codes = np.array(
        [
            [known.index(each.get(name, "")) for name, known in zip(names, values, strict=True)]
            for each in attributes
        ],
        np.int64,
    ).reshape(len(attributes), len(names))
    return Tickets(names, values, codes, np.asarray(missed, bool))


def explain(
    live: Tickets,
    anchor: Tickets | None = None,
    *,
    rng: np.random.Generator,
    at_most: int = 3,
    permutations: int = PERMUTATIONS,
) -> list[Cause]:
    """The slices that explain the misses, the best first, each found after the ones before it were taken out.

    Stops at the first that is not significant, unless it is the first of all, which is shown with that said.
    Costs: 0.1 s for 300 tickets of 12 attributes, some 4 s a cause for 50,000 (`benchmarks.slices`).

    Source: STATISTICS section 7; Kulldorff 1997, A spatial scan statistic.
    """
    found: list[Cause] = []
    left = live
    while len(found) < at_most and left.missed.any() and not left.missed.all():
        counted = _count(left)
        best = next(_ranked(counted, left), None)
        if best is None:
            break
        conditions, slice_, p = best
        significant = bool(counted.scan[slice_] > _limits(counted, left, rng, permutations)[len(conditions)])
        if found and not significant:
            break
        kind, z = _before(conditions, left, anchor)
        few = len(live.missed) < FEW
        found.append(
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
        left = Tickets(left.names, left.values, left.codes[outside], left.missed[outside])
    return found


def leading(live: Tickets, at_most: int = 3) -> list[tuple[Condition, ...]]:
    """The slices that lead the ranking, without any test: what a person might look at first."""
    return [conditions for conditions, _, _ in islice(_ranked(_count(live), live), at_most)]


@dataclass(frozen=True)
class _Counted:
    """Every slice that survived: its attributes and place in their table, its counts, its depth and statistic."""

    attributes: list[tuple[int, ...]]
    which: Ints
    place: Ints
    n: Ints
    k: Ints
    depth: Ints
    scan: Floats
    tables: dict[tuple[int, ...], tuple[Ints, Ints]]


def _count(live: Tickets) -> _Counted:
    """Count all conjunctions by mixed radix; keep 5 <= n < N, and of equal row sets the shortest."""
    total = len(live.missed)
    marks = np.random.default_rng(0).integers(0, 2**32, (2, total)).astype(np.float64)  # sums stay exact
    parts: list[list[NDArray[np.generic]]] = []
    tables: dict[tuple[int, ...], tuple[Ints, Ints]] = {}
    attributes: list[tuple[int, ...]] = []
    for chosen in _combinations(live):
        codes, size = _codes(live, chosen)
        n = np.bincount(codes, minlength=size)
        k = np.bincount(codes, weights=live.missed, minlength=size).astype(np.int64)
        tables[chosen] = n, k
        kept = np.flatnonzero((n >= LEAST) & (n < total))
        if not len(kept):
            continue
        identity = [np.bincount(codes, weights=mark, minlength=size)[kept] for mark in marks]
        attributes.append(chosen)
        number = np.full(len(kept), len(attributes) - 1)
        parts.append([number, kept, n[kept], k[kept], np.full(len(kept), len(chosen)), *identity])
    if not parts:
        empty = np.zeros(0, np.int64)
        return _Counted([], empty, empty, empty, empty, empty, np.zeros(0), tables)
    which, place, n, k, depth, one, two = (np.concatenate(column) for column in zip(*parts, strict=True))
    _, first = np.unique(np.stack([one, two]), axis=1, return_index=True)  # the first is the shortest
    first.sort()
    which, place, n, k, depth = (column[first] for column in (which, place, n, k, depth))
    missed = int(live.missed.sum())
    return _Counted(attributes, which, place, n, k, depth, _scan(n, k, total, missed), tables)


def _combinations(live: Tickets) -> Iterator[tuple[int, ...]]:
    useful = [column for column, values in enumerate(live.values) if len(values) > 1]
    for depth in range(1, DEPTH + 1):
        yield from combinations(useful, depth)


def _codes(live: Tickets, chosen: Sequence[int]) -> tuple[Ints, int]:
    codes, size = np.zeros(len(live.missed), np.int64), 1
    for column in chosen:
        codes = codes * len(live.values[column]) + live.codes[:, column]
        size *= len(live.values[column])
    return codes, size


def _ranked(counted: _Counted, live: Tickets) -> Iterator[tuple[tuple[Condition, ...], int, float]]:
    """Slices by `-ln p_S - ln M_d`, best first, without those that a parent explains."""
    total, missed = len(live.missed), int(live.missed.sum())
    log_p = _log_p(counted, total, missed)
    per_depth = np.bincount(counted.depth, minlength=DEPTH + 1)
    score = -log_p - np.log(np.maximum(per_depth[counted.depth], 1))
    for index in np.argsort(-score, kind="stable"):
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
            yield conditions, int(index), float(np.exp(log_p[index]))


def _log_p(counted: _Counted, total: int, missed: int) -> Floats:
    """`ln hypergeom.sf(k_S - 1, N, K, n_S)`; SciPy's own logarithm is slow, and needed only where p underflows."""
    p = hypergeom.sf(counted.k - 1, total, missed, counted.n)
    tiny = p < 1e-290
    log_p = np.log(np.where(tiny, 1.0, p))
    if tiny.any():
        log_p[tiny] = hypergeom.logsf(counted.k[tiny] - 1, total, missed, counted.n[tiny])
    return np.asarray(log_p, np.float64)


def _values(live: Tickets, chosen: Sequence[int], place: int) -> list[int]:
    values = []
    for column in reversed(chosen):
        place, value = divmod(place, len(live.values[column]))
        values.append(value)
    return values[::-1]


def _parents(
    counted: _Counted, live: Tickets, chosen: tuple[int, ...], values: Sequence[int]
) -> Iterator[tuple[int, int]]:
    for left_out in range(len(chosen)) if len(chosen) > 1 else ():
        parent = chosen[:left_out] + chosen[left_out + 1 :]
        place = 0
        for column, value in zip(parent, [*values[:left_out], *values[left_out + 1 :]], strict=True):
            place = place * len(live.values[column]) + value
        n, k = counted.tables[parent]
        yield int(n[place]), int(k[place])


def _scan(n: NDArray[np.generic], k: NDArray[np.generic], total: int, missed: int) -> Floats:
    """The Bernoulli scan statistic: how much likelier the counts are with a rate of its own inside; 0 if lower."""
    inside, outside = np.asarray(k, np.float64), missed - np.asarray(k, np.float64)
    n_in = np.asarray(n, np.float64)
    n_out = total - n_in
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (
            xlogy(inside, inside / n_in)
            + xlogy(n_in - inside, 1 - inside / n_in)
            + xlogy(outside, outside / n_out)
            + xlogy(n_out - outside, 1 - outside / n_out)
        )
    null = xlogy(missed, missed / total) + xlogy(total - missed, 1 - missed / total)
    higher = inside * n_out > outside * n_in
    return np.where(higher, value - null, 0.0)


def _limits(counted: _Counted, live: Tickets, rng: np.random.Generator, permutations: int) -> Floats:
    """What the best slice of each depth reaches by chance, but for LEVEL / DEPTH of the time."""
    total, missed = len(live.missed), int(live.missed.sum())
    shuffled = np.zeros((total, permutations))
    for column in range(permutations):
        shuffled[rng.permutation(total)[:missed], column] = 1.0
    best = np.zeros((DEPTH + 1, permutations))
    for begin in range(0, len(counted.attributes), _COMBINATIONS_AT_ONCE):
        here = np.flatnonzero((counted.which >= begin) & (counted.which < begin + _COMBINATIONS_AT_ONCE))
        if not len(here):
            continue
        k = _members(counted, live, here) @ shuffled
        scan = _scan(counted.n[here][:, np.newaxis], k, total, missed)
        for depth in range(1, DEPTH + 1):
            of_depth = scan[counted.depth[here] == depth]
            if len(of_depth):
                best[depth] = np.maximum(best[depth], of_depth.max(axis=0))
    return np.asarray(np.quantile(best, 1 - LEVEL / DEPTH, axis=1))


def _members(counted: _Counted, live: Tickets, here: Ints) -> "csr_array":
    """Slices by tickets: which ticket lies in which slice."""
    rows, columns = [], []
    for which in np.unique(counted.which[here]):
        codes, size = _codes(live, counted.attributes[which])
        row_of = np.full(size, -1)
        mine = np.flatnonzero(counted.which[here] == which)
        row_of[counted.place[here][mine]] = mine
        row = row_of[codes]
        inside = np.flatnonzero(row >= 0)
        rows.append(row[inside])
        columns.append(inside)
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.ones(len(row)), (row, column)), shape=(len(here), len(live.missed)))


def _before(
    conditions: Sequence[Condition], live: Tickets, anchor: Tickets | None
) -> tuple[Kind, float | None]:
    """Difference in differences of the log odds of a miss against the anchor's own positives."""
    if anchor is None:
        return Kind.UNKNOWN, None
    cells: list[tuple[int, int]] = []
    for whose in (live, anchor):
        inside = whose.inside(conditions)
        for part in (inside, ~inside):
            cells.append((int(whose.missed[part].sum()), int((~whose.missed[part]).sum())))
    live_in, live_out, anchor_in, anchor_out = (np.log((m + 0.5) / (h + 0.5)) for m, h in cells)
    spread = np.sqrt(sum(1 / (m + 0.5) + 1 / (h + 0.5) for m, h in cells))
    z = float((live_in - anchor_in - live_out + anchor_out) / spread)
    if z > NEW:
        return Kind.NEW, z
    offline = float(
        (anchor_in - anchor_out) / np.sqrt(sum(1 / (m + 0.5) + 1 / (h + 0.5) for m, h in cells[2:]))
    )
    return (Kind.ALWAYS if offline > NEW else Kind.UNKNOWN), z
