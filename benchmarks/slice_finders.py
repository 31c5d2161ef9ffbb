"""Finders of slices, each told the same incident in the form of data that it reads."""

import functools
import importlib
import importlib.util
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from monitor.domain.slices.causes import explain, leading
from monitor.domain.slices.conjunctions import DEPTH, LEAST, Condition, Tickets, tickets

TOP, SEED = 3, 7
FLOOR, ALPHAS, REDUNDANT, T = "counting alone", (0.6, 0.9), 0.1, 2.0
MINER = "divexplorer.utils_FPgrowth"


class Found(NamedTuple):
    """The slices a finder returned, best first, and whether it would report any of them."""

    slices: list[frozenset[Condition]]
    declared: bool | None


# From tickets to the work that is timed; it answers once for each of the finder's names.
Ready = Callable[[Tickets], Callable[[], list[Found]]]


class Finder(NamedTuple):
    """What is compared: the names of its answers, and how it is made ready."""

    names: tuple[str, ...]
    ready: Ready
    package: str = ""


def floor(live: Tickets) -> Callable[[], list[Found]]:
    """Count tickets and misses of every conjunction, and nothing else."""

    def work() -> list[Found]:
        missed = live.missed.astype(np.int64)
        for depth in range(1, DEPTH + 1):
            for chosen in combinations(range(len(live.names)), depth):
                codes, size = missed, 2
                for column in chosen:
                    codes = codes + size * live.codes[:, column]
                    size *= len(live.values[column])
                np.bincount(codes, minlength=size)
        return [Found([], None)]

    return work


def ranking(live: Tickets) -> Callable[[], list[Found]]:
    """Ours, the ranking alone."""
    rows, missed = _dicts(live), live.missed.tolist()
    return lambda: [Found([frozenset(leader) for leader in leading(tickets(rows, missed), TOP)], None)]


def tested(live: Tickets) -> Callable[[], list[Found]]:
    """Ours, with its test."""
    rows, missed = _dicts(live), live.missed.tolist()

    def work() -> list[Found]:
        causes = explain(tickets(rows, missed), rng=np.random.default_rng(SEED), at_most=TOP)
        return [
            Found([frozenset(each.conditions) for each in causes], any(each.significant for each in causes))
        ]

    return work


def sliceline(live: Tickets, alpha: float) -> Callable[[], list[Found]]:
    """SliceLine; where scores tie it gives more than it was asked for, of which the first count."""
    finder: Any = importlib.import_module("sliceline.slicefinder").Slicefinder
    errors = live.missed.astype(np.float64)

    def work() -> list[Found]:
        fitted = finder(alpha=alpha, k=TOP, max_l=DEPTH, min_sup=LEAST, verbose=False).fit(live.codes, errors)
        slices = [
            frozenset(
                Condition(name, values[code])
                for name, values, code in zip(live.names, live.values, each, strict=True)
                if code is not None
            )
            for each in fitted.top_slices_[:TOP]
        ]
        return [Found(slices, bool(slices))]

    return work


def divexplorer(live: Tickets) -> Callable[[], list[Found]]:
    """DivExplorer, by its divergence and by its t."""
    import pandas as pd

    package: Any = importlib.import_module("divexplorer")
    module: Any = importlib.import_module("divexplorer.divexplorer")
    # `get_pattern_divergence` doesn't hand a depth on to its miner, so the miner is given it here.
    module.fpgrowth_cm = functools.partial(importlib.import_module(MINER).fpgrowth_cm, max_len=DEPTH)
    frame = pd.DataFrame(_dicts(live)).assign(missed=live.missed.astype(int))
    support = (LEAST - 0.5) / len(frame)  # it rounds up, and LEAST / rows times rows may be a hair too much

    def work() -> list[Found]:
        explorer = package.DivergenceExplorer(frame)
        patterns = explorer.get_pattern_divergence(min_support=support, boolean_outcomes=["missed"])
        kept = package.DivergencePatternProcessor(patterns, "missed").get_patterns(th_redundancy=REDUNDANT)
        kept = kept[(kept["length"] > 0) & (kept["missed_div"] > 0) & (kept["missed_t"] >= T)]
        return [
            Found(
                [
                    frozenset(Condition(*item.split("=", 1)) for item in items)
                    for items in kept.sort_values(order, ascending=False, kind="stable")["itemset"].head(TOP)
                ],
                len(kept) > 0,
            )
            for order in ("missed_div", "missed_t")
        ]

    return work


FINDERS = (
    Finder((FLOOR,), floor),
    Finder(("ours, ranking alone",), ranking),
    Finder(("ours, with its test",), tested),
    *(
        Finder((f"SliceLine, alpha {alpha}",), functools.partial(sliceline, alpha=alpha), "sliceline")
        for alpha in ALPHAS
    ),
    Finder(("DivExplorer, by divergence", "DivExplorer, by t"), divexplorer, "divexplorer"),
)


def _dicts(live: Tickets) -> list[Mapping[str, str]]:
    columns = [np.array(values)[live.codes[:, at]].tolist() for at, values in enumerate(live.values)]
    return [dict(zip(live.names, each, strict=True)) for each in zip(*columns, strict=True)]
