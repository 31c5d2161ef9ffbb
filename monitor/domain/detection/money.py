"""A team's false pages a year come in; what each watched cell may bet with, and when, goes out.

Money is counted in false pages: a bet that has won 1 pages, and while every promise holds nobody can expect to win.
So all that is ever put in bounds the false pages to be expected. Half of a year's money comes by the day, the other
half fills a purse from which releases take.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.events.microseconds import DAY_US
from monitor.domain.recall.intervals import FloatArray

PAGE = 1.0
"""What a bet must have won to page."""
AT_LEAST_ODDS = 20.0
MOST_AT_ONCE = 1 / AT_LEAST_ODDS
"""What comes by the day, and of a gift, is bet in parts of 1/20 of a page at most: no outcome pages by its money."""
BY_THE_DAY = 0.5  # of a year's money; the rest fills the purse
FIRST_PURSE = 0.25  # of a year's money, at the very first release
FULL_PURSE = 0.5
LENT_AT_MOST = 0.5  # of a year's money, so much as fills the purse in a year
FOR_SLICES = 0.25  # of an intent's money, where slices of it are watched
ASLEEP = timedelta(days=30)  # without a label, until a version no longer takes part
LIVE_BEFORE = timedelta(days=90)  # of its past, at most, a version is given the money anew
YEAR = timedelta(days=365)

FEW = 8  # outcomes
WINDOW = 5  # outcomes whose median is the time
BEFORE_ALL = -(2**62)  # a time before any, in microseconds

Key = TypeVar("Key", bound=Hashable)
TimeArray = NDArray[np.int64]


class Rate(msgspec.Struct, frozen=True, array_like=True):
    """From `since_us` (microseconds since 1970, UTC) on, a cell gets `per_day` of a page each day."""

    since_us: int
    per_day: float


class Income(msgspec.Struct, frozen=True):
    """What a cell may bet with: what it gets by the day, by `rates` in their order, and `gift` at its release.

    Rates are only ever added to, and the newest begins behind everything that was bet on. So the money of each
    outcome is the same whenever it is reckoned: a bet made again from its past is the bet as it was made.
    """

    rates: tuple[Rate, ...]
    gift: float = 0.0

    @property
    def per_day(self) -> float:
        """What the cell gets a day from now on."""
        return self.rates[-1].per_day if self.rates else 0.0

    def with_rate(self, since_us: int, per_day: float) -> "Income":
        """The income with another rate from then on; the same one where nothing changes."""
        if self.rates and self.rates[-1].per_day == per_day:
            return self
        earlier = tuple(rate for rate in self.rates if rate.since_us < since_us)
        return Income((*earlier, Rate(since_us, per_day)), self.gift)

    def deposits(self, last_us: int | None, times_us: TimeArray, seen: int = 0) -> FloatArray:
        """What is bet on outcomes that became known at `times_us`, behind `seen` others, the last at `last_us`.

        `w_i = min(1/20, C(t_i) - C(t_(i-1))) + g_i`, C all that came by the day until a time, t_i the latest time so
        far: an outcome that came out of order adds nothing twice. Without `last_us` the first outcome has all since the
        release. The gift is bet in parts of 1/20, `g_i = min(gift, i/20) - min(gift, (i-1)/20)`. All of it is known
        before the outcome is. Costs: under 1 us an outcome.

        >>> income = Income((Rate(0, 0.001),), gift=0.06)
        >>> income.deposits(None, np.array([2, 3, 1]) * DAY_US).round(6).tolist()
        [0.052, 0.011, 0.0]

        Source: section "Money by the calendar" of docs/statistics-reference.md.
        """
        if not self.rates:
            return np.zeros(len(times_us))
        latest = np.maximum.accumulate(times_us)
        if last_us is not None:
            latest = np.maximum(latest, last_us)
        if last_us is None:
            earned = np.concatenate([[0.0], self.upto(latest)])
        else:
            earned = self.upto(np.concatenate([[last_us], latest]))
        # Where a rate begins, rounding could take a last bit back.
        by_the_day = np.clip(earned[1:] - earned[:-1], 0.0, MOST_AT_ONCE)
        given = np.minimum(np.arange(seen, seen + len(latest) + 1) * MOST_AT_ONCE, self.gift)
        return np.asarray(by_the_day + np.diff(given))

    def upto(self, times_us: TimeArray) -> FloatArray:
        """All that came by the day up to each of these times."""
        since = np.array([rate.since_us for rate in self.rates], np.int64)
        per_us = np.array([rate.per_day for rate in self.rates]) / DAY_US
        earned = np.concatenate([[0.0], np.add.accumulate(np.diff(since) * per_us[:-1])])
        at = np.maximum(np.searchsorted(since, times_us, side="right") - 1, 0)
        return np.asarray(earned[at] + np.maximum(times_us - since[at], 0) * per_us[at])


def steady(recent_us: Sequence[int], times_us: TimeArray) -> TimeArray:
    """The time as of each outcome, whatever a few of their clocks say: the median of its own and the four before.

    `recent_us` are the times of the (up to four) outcomes before the first; of an even number the lower of the two in
    the middle counts, and the first two of all come before any time. So two of five may be of another clock. Costs:
    under 1 us an outcome; money comes two outcomes later, and the first two have the gift and nothing else.

    >>> steady((), np.array([1, 2, 900, 3, 4])).tolist()[2:]
    [2, 2, 3]
    """
    before = len(recent_us)
    if not len(times_us):
        return times_us
    if len(times_us) <= FEW:
        return np.array(_medians([*recent_us, *times_us.tolist()], before), np.int64)
    padded = np.concatenate(
        [np.full(WINDOW - 1 - before, BEFORE_ALL), np.asarray(recent_us, np.int64), times_us]
    )
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(padded, WINDOW), axis=1)
    known = np.minimum(np.arange(before + 1, before + 1 + len(times_us)), WINDOW)
    medians = windows[np.arange(len(times_us)), WINDOW - known + (known - 1) // 2]
    return np.where(known > 2, medians, BEFORE_ALL)


def _medians(times_us: Sequence[int], before: int) -> list[int]:
    """The same for few, of which arrays would take longer."""
    windows = [sorted(times_us[max(at + 1 - WINDOW, 0) : at + 1]) for at in range(before, len(times_us))]
    return [some[(len(some) - 1) // 2] if len(some) > 2 else BEFORE_ALL for some in windows]


class Purse(msgspec.Struct, frozen=True):
    """What releases take from: `amount` of a page at `as_of`. Below 0, it was lent on what is still to come."""

    amount: float
    as_of: datetime

    def at(self, now: datetime, false_pages_per_year: float) -> float:
        """What is in it now: half of a year's money fills it, up to so much.

        `min(B/2, amount + B/2 (now - as_of))`. Source: section "Money by the calendar".
        """
        filled = (1 - BY_THE_DAY) * false_pages_per_year * max((now - self.as_of) / YEAR, 0.0)
        return min(self.amount + filled, FULL_PURSE * false_pages_per_year)


def first_purse(release: datetime, false_pages_per_year: float) -> Purse:
    """The purse at the first release ever."""
    return Purse(FIRST_PURSE * false_pages_per_year, release)


def per_weight_day(total_weight: float, false_pages_per_year: float) -> float:
    """What a weight of one gets a day, of so much weight that is watched.

    `B/2 / W / 365`, W the weight to four binary digits, rounded up. So few rates are kept of a cell while others join
    it one by one; it costs at most 1/16 of the money, and nothing up to 32 cells of weight 1.

    >>> round(per_weight_day(20, 1.0) * 365 * 20, 9)
    0.5
    """
    if not (math.isfinite(false_pages_per_year) and false_pages_per_year > 0):
        raise ValueError(f"false_pages_per_year must be above 0, got {false_pages_per_year}")
    if total_weight <= 0:
        return 0.0
    step = 2.0 ** (math.floor(math.log2(total_weight)) - 4)
    return BY_THE_DAY * false_pages_per_year / (math.ceil(round(total_weight / step, 9)) * step) / 365


def weights(cells: Iterable[tuple[Key, Key]], weight_of: Mapping[Key, float]) -> dict[Key, float]:
    """The weight of each watched cell, given as (cell, its whole intent): what slices get is their intent's.

    An intent with watched slices keeps three quarters, and they share the rest alike: ln(4/3) later, whatever
    their number. `weight_of` are the intents' weights.

    >>> weights([("refund", "refund"), ("email", "refund"), ("app", "refund")], {"refund": 2.0})
    {'refund': 1.5, 'email': 0.25, 'app': 0.25}
    """
    watched = list(cells)
    slices: dict[Key, int] = {}
    for cell, whole in watched:
        if cell != whole:
            slices[whole] = slices.get(whole, 0) + 1
    shares = {}
    for cell, whole in watched:
        weight = weight_of.get(whole, 1.0)
        if cell != whole:
            shares[cell] = weight * FOR_SLICES / slices[whole]
        else:
            shares[cell] = weight * (1 - FOR_SLICES) if whole in slices else weight
    return shares
