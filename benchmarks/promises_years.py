"""Releases, rates and recalls come in; how often years of labels page falsely, for what money, goes out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.anchors.floor import MIN_FLOOR, floor
from monitor.domain.detection.betting import GRID, evidence_each, factors, grow, stakes
from monitor.domain.detection.money import PAGE, Income, Purse, TimeArray, steady
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.events.types import Model
from monitor.domain.judging.state import HeldTo, ModelState
from monitor.domain.judging.watching import Listed
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.slices.cells import Cell
from monitor.evaluate.money import share_money
from monitor.settings.settings import Settings

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 365.0  # days
FLOOR = 0.78
HEALTHY = 0.88
AT_ONCE = 2000  # streams: 50 labels a day for a year take 300 MB

BoolArray = NDArray[np.bool_]


class Life(NamedTuple):
    """A cell of a released version: what it may bet with, its labels a day, and the days on which it is live."""

    income: Income
    per_day: float
    begin: float
    end: float


class Count(NamedTuple):
    """Pages, and the money that was put in, of all worlds together."""

    pages: int = 0
    money: float = 0.0

    def plus(self, other: "Count") -> "Count":
        """Both together."""
        return Count(self.pages + other.pages, self.money + other.money)


def lives(
    rates: Sequence[float],
    releases: Sequence[float] = (0.0,),
    *,
    until: float = YEAR,
    slices: int = 0,
    activated: float = 0.0,
) -> list[Life]:
    """Every cell of versions released on these days, each live until the next, with the money the product gives it.

    `rates` are the labels a day of each intent, shared alike by its slices. Each anchor is `activated` so many days
    after its release, and judged until the next is.
    """
    settings, purse = Settings(), None  # a false page a year
    every: list[Life] = []
    for number, (day, end) in enumerate(zip(releases, [*releases[1:], until], strict=True)):
        release, now = (BEGIN + timedelta(days=at) for at in (day, day + activated))
        model = Model("tickets", str(number), "production")
        cells = {
            Cell(model, f"intent-{n}", name): rate / slices if name else rate
            for n, rate in enumerate(rates)
            for name in ("", *(f"channel={value}" for value in range(slices)))
        }
        incomes, purse = _incomes(cells, ModelState(first_prediction=release), purse, settings, now)
        every += [
            Life(income, rate, day, end + activated)
            for income, rate in zip(incomes, cells.values(), strict=True)
        ]
    return every


def _incomes(
    cells: Iterable[Cell], model: ModelState, purse: Purse | None, settings: Settings, now: datetime
) -> tuple[list[Income], Purse | None]:
    held = {cell: HeldTo(Listed(), "anchor", FLOOR) for cell in cells}
    given = share_money(held, {cell.model: model for cell in cells}, purse, settings, now)
    return [each.income for each in given.held.values() if each.income is not None], given.purse


def as_they_come(rng: np.random.Generator, life: Life, streams: int) -> tuple[TimeArray, BoolArray]:
    """When the labels of each stream become known (us), at random times; and which of them are still of the version."""
    expected = (life.end - life.begin) * life.per_day
    most = int(expected + 5 * expected**0.5 + 5)
    days = life.begin + np.cumsum(rng.exponential(1 / life.per_day, (streams, most)), axis=1)
    return to_us(BEGIN) + (days * DAY_US).astype(np.int64), days < life.end


def each_dated_back(rng: np.random.Generator, life: Life, streams: int) -> tuple[TimeArray, BoolArray]:
    """The same labels in the same order, but each was given up to weeks before it came: times out of order."""
    times, live = as_they_come(rng, life, streams)
    return times - (rng.exponential(5.0, times.shape) * DAY_US).astype(np.int64), live


def quicker_after_a_fortnight(
    rng: np.random.Generator, life: Life, streams: int
) -> tuple[TimeArray, BoolArray]:
    """A fifth of the labels a day for 14 days, and all of them from then on."""
    times, _ = as_they_come(rng, life._replace(end=life.end + 14), streams)
    days = (times - to_us(BEGIN)) / DAY_US
    # A fifth as many in 14 days are those that would come in the first 2.8.
    days = np.where(days < 2.8, days * 5, days + 11.2)
    return to_us(BEGIN) + (days * DAY_US).astype(np.int64), days < life.end


def hit_and_miss(floor: float, u: Sequence[float] = (1.0, 1.0)) -> tuple[FloatArray, FloatArray]:
    """What a hit and a miss of such weights do to each bettor."""
    hit, miss = factors(stakes(floor), floor, [1.0, 0.0], u)
    return hit, miss


def play(
    rng: np.random.Generator,
    played: tuple[FloatArray, FloatArray],
    recall: float | FloatArray,
    money: FloatArray,
    live: BoolArray,
) -> Count:
    """Bet on all streams side by side, `money` and `live` by stream and outcome, `recall` at most as finely.

    After a page a stream begins again at once, from nothing: it pages as often as it can.
    """
    hit, miss = played
    streams = len(money)
    ratios, pages = np.zeros((streams, GRID)), 0
    by_outcome = np.ndim(recall) == 2
    for place, (joins, counts) in enumerate(zip(np.ascontiguousarray(money.T), live.T, strict=True)):
        hits = rng.random(streams) < (np.asarray(recall)[:, place] if by_outcome else recall)
        grow(ratios, np.where(hits[:, np.newaxis], hit, miss), joins, out=ratios)
        if ratios.max() < PAGE:
            continue  # a mean is no more than the largest
        paged = (evidence_each(ratios) >= PAGE) & counts
        pages += int(np.count_nonzero(paged))
        ratios[paged] = 0.0
    return Count(pages, float(money[live].sum()))


def floors_drawn_anew(rng: np.random.Generator, streams: int, support: int) -> FloatArray:
    """The floors of anchors of so many examples, of a model with recall .88; those that can be judged."""
    drawn = rng.binomial(support, HEALTHY, streams) / support
    return np.array([max(floor(recall, support), MIN_FLOOR) for recall in drawn])


def bets_against(floors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What a hit and a miss do to the bettors of each stream."""
    distinct, which = np.unique(floors, return_inverse=True)
    each = np.array([hit_and_miss(each) for each in distinct])[which]
    return np.ascontiguousarray(each[:, 0]), np.ascontiguousarray(each[:, 1])


Played = Callable[[np.random.Generator, int], tuple[tuple[FloatArray, FloatArray], float | FloatArray]]


def at_the_floor(_rng: np.random.Generator, _streams: int) -> tuple[tuple[FloatArray, FloatArray], float]:
    """The least that the promise allows: recall exactly at the floor."""
    return hit_and_miss(FLOOR), FLOOR


def years(
    every: Sequence[Life],
    worlds: int,
    seed: int,
    *,
    played: Played = at_the_floor,
    known: Callable[[np.random.Generator, Life, int], tuple[TimeArray, BoolArray]] = as_they_come,
    recall_at: Callable[[TimeArray], FloatArray] | None = None,
) -> Count:
    """All these lives, in so many worlds: what hits and misses do and recall as `played`, times as `known`.

    `recall_at` is the recall at each time, where it changes.
    """
    rng, total = np.random.default_rng(seed), Count()
    for life, alike in Counter(every).items():
        for begin in range(0, alike * worlds, AT_ONCE):
            streams = min(AT_ONCE, alike * worlds - begin)
            times, live = known(rng, life, streams)
            money = np.array([life.income.deposits(None, steady((), row)) for row in times])
            factors_of, recall = played(rng, streams)
            if recall_at is not None:
                recall = recall_at(times)
            total = total.plus(play(rng, factors_of, recall, money, live))
    return total
