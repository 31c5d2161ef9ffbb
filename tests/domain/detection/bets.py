"""Bets made in one line, and outcomes to bet on."""

import math

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from monitor.domain.detection.betting import BetResult, Wealth, bet, bet_many, factors, stakes, start

# hit or miss, weight, and the money that joins before it
OUTCOMES = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from([1.0, 0.5, 0.05, 0.01, 1 / 3]),
        st.sampled_from([1.0, 0.05, 0.0, 1 / 14_600]),
    ),
    min_size=1,
    max_size=60,
)


def same_bits(wealth: Wealth, other: Wealth) -> bool:
    return all(getattr(wealth, name).tobytes() == getattr(other, name).tobytes() for name in Wealth.__slots__)


def bet_singly(
    floor: float,
    xs: list[int],
    us: list[float] | None = None,
    first: int = 0,
    money: list[float] | None = None,
) -> Wealth:
    """One outcome after another; with a unit of money at each, unless stated."""
    wealth, lam = start(), stakes(floor)
    for index, x in enumerate(xs):
        factor = factors(lam, floor, x, us[index] if us else 1.0)
        wealth = bet(wealth, factor, money[index] if money else 1.0, first + index)
    return wealth


def bet_at_once(
    floor: float, xs: ArrayLike, wealth: Wealth | None = None, page_at: float = math.inf
) -> BetResult:
    """All outcomes at once, with a unit of money at each."""
    hits = np.asarray(xs, np.float64)
    played = factors(stakes(floor), floor, hits, np.ones(hits.size))
    return bet_many(wealth or start(), played, np.ones(hits.size), np.arange(hits.size), page_at)
