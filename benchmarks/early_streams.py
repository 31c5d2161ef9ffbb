"""Days of predictions as real traffic makes them: rhythms, wandering demand, drifts, campaigns, and falls (seeded)."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.detection.early import EarlyBet, after_day, fresh_early
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.detection.shares import DayCount, usual_share, usual_window

BUSY = (1.0, 1.0, 0.35, 0.3, 1.0, 1.0, 1.0)  # the 1st of January 1970 was a Thursday
WEEKDAYS_ONLY = (1.0, 1.0, 0.3, 0.2, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Demand:
    """An intent's part in `total` predictions a day: its `share`, and how that moves.

    A day's share scatters by `varies` (a coefficient of variation), correlated with the day before's by `persists`;
    `week` are factors by weekday, `drift` is what is left after a year. So many `campaigns` a year fill some days with
    other tickets. From day `falls` on only `left` of it is predicted.
    """

    share: float = 0.005
    total: float = 2_000.0
    varies: float = 0.25
    persists: float = 0.0
    week: tuple[float, ...] = (1.0,) * 7
    drift: float = 1.0
    campaigns: float = 0.0
    falls: int | None = None
    left: float = 1.0

    def fallen(self, day: int, left: float) -> "Demand":
        """The same, of which only a part is predicted from a day on."""
        return replace(self, falls=day, left=left)

    def days(self, count: int, rng: np.random.Generator) -> list[DayCount]:
        """So many days of it."""
        number = np.arange(count)
        busy = _campaigns(count, self.campaigns, rng)
        share = self.share * self._levels(count, rng) * np.array(self.week)[number % 7]
        share *= self.drift ** (number / 365) / busy
        if self.falls is not None:
            share = np.where(number >= self.falls, self.left * share, share)
        totals = rng.poisson(self.total * np.array(BUSY)[number % 7] * busy)
        counts = rng.binomial(totals, np.minimum(share, 1.0))
        return [DayCount(*each) for each in zip(range(count), counts.tolist(), totals.tolist(), strict=True)]

    def _levels(self, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
        size = np.sqrt(np.log1p(self.varies**2))
        fresh = rng.normal(size=count)
        levels = fresh.copy()
        for day in range(1, count):
            levels[day] = self.persists * levels[day - 1] + np.sqrt(1 - self.persists**2) * fresh[day]
        return np.asarray(np.exp(size * levels - size**2 / 2))


class Noted(NamedTuple):
    """The day on which a note was written, and since when it says that something fell."""

    day: int
    begun: int


def notes(days: list[DayCount], money_per_day: float, sign: EarlySign = EarlySign.SHARE) -> list[Noted]:
    """The notes that a stream of days makes, the first day being the history's first."""
    bet, written = fresh_early(-1), list[Noted]()
    for day in days:
        usual = None
        if bet.note is None:
            window = usual_window(0, day.day)
            usual = usual_share(days[window.start : window.stop])
        before, bet = bet, after_day(bet, usual, day, sign, money_per_day)
        if bet.note is not None and before.note is None:
            written.append(Noted(day.day, bet.note.begun))
    return written


def standing_after(days: list[DayCount], money_per_day: float) -> EarlyBet:
    """The bet after the last of these days."""
    bet = fresh_early(-1)
    for day in days:
        window = usual_window(0, day.day)
        bet = after_day(
            bet, usual_share(days[window.start : window.stop]), day, EarlySign.SHARE, money_per_day
        )
    return bet


def _campaigns(count: int, a_year: float, rng: np.random.Generator) -> NDArray[np.float64]:
    busy, day = np.ones(count), 0
    while a_year:
        day += int(rng.exponential(365 / a_year)) + 1
        if day >= count:
            break
        busy[day : day + int(rng.integers(2, 8))] = rng.uniform(1.2, 2.0)
    return busy
