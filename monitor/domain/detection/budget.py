"""Watched cells and the false pages a year a team accepts come in; each cell's page threshold goes out."""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

MIN_THRESHOLD = 20.0
"""No cell pages on less than odds of 20 to 1, however large the budget."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class BudgetClaim(Generic[Key]):
    """A cell that may page: its weight in the budget, its traffic, and the threshold it holds already."""

    key: Key
    weight: float
    outcomes_per_year: float
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a plan gives a cell: page at `threshold`; it uses up `share` of the budget."""

    threshold: float
    share: float


def plan(cells: Iterable[BudgetClaim[Key]], false_pages_per_year: float) -> dict[Key, Allowance]:
    """Share the false pages a year over all that is watched, so that together they keep to the budget.

    A cell that pages at A pages falsely at most once in A outcomes, so r/A times a year; these rates add up
    whatever depends on what. `A_c = r_c / (budget * s_c)`, s_c = the cell's weight over the sum of weights,
    at least 20 and never below the threshold it holds; its share is `r_c / (A_c * budget) <= s_c`.
    Costs: every further cell raises the others' A, and the page comes later by about ln(A)/KL outcomes.
    Outcomes a year: the configured labels a day times 365 until there is traffic to measure.

    >>> plan([BudgetClaim("gdpr_erasure", 1.0, 3650.0), BudgetClaim("data_export", 1.0, 3650.0)], 1.0)["gdpr_erasure"]
    Allowance(threshold=7300.0, share=0.5)

    Shin, Ramdas & Rinaldo 2022, E-detectors, for the rate; the sum is Boole's inequality.
    """
    watched = list(cells)
    if not (math.isfinite(false_pages_per_year) and false_pages_per_year > 0):
        raise ValueError(f"false_pages_per_year must be above 0, got {false_pages_per_year}")
    for cell in watched:
        if not (math.isfinite(cell.weight) and cell.weight > 0 and 0 <= cell.outcomes_per_year < math.inf):
            raise ValueError(f"a watched cell needs a weight above 0 and a rate of outcomes: {cell}")
    if len({cell.key for cell in watched}) < len(watched):
        raise ValueError("a cell is watched twice: its share would count once")
    weights = math.fsum(cell.weight for cell in watched)
    return {cell.key: _allow(cell, false_pages_per_year, weights) for cell in watched}


def _allow(cell: BudgetClaim[Key], budget: float, weights: float) -> Allowance:
    fair = cell.outcomes_per_year / (budget * cell.weight / weights)
    # Never down: pages already sent were counted at the higher threshold, and a lower one breaks the promise.
    threshold = max(fair, MIN_THRESHOLD, cell.threshold or 0.0)
    return Allowance(threshold, cell.outcomes_per_year / (threshold * budget))
