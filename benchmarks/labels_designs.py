"""Labels from a fall to its page, and what intervals hold, for each design: through the product's own bet."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.labels_pools import A_DAY, DESIGNS, Pool, World, drawn_with, pool
from monitor.domain.detection.detector import SignalKind, advance, fresh
from monitor.domain.detection.money import Income, Rate, per_weight_day
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.events.microseconds import DAY_US
from monitor.domain.events.types import Design
from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.reading import reading
from monitor.domain.recall.scales import bet_weights
from monitor.domain.recall.weights import Weighed
from monitor.domain.sampling.wanted import Wanted

FLOOR = 0.78
MONEY = per_weight_day(20, 1.0)  # a day, of one of 20 intents
BEFORE, AFTER = 30, 300  # days
AT_ONCE = 64  # outcomes, until it is asked whether there was a page
SHARE_DRAWN = 0.02  # of the traffic: 40 labels a day
LEAST = 0.01  # the smallest chance, as it is where nothing is configured


class Labelled(NamedTuple):
    """Labelled tickets of an intent in their order: hits, their chances, and when each was labelled, in days."""

    hits: NDArray[np.bool_]
    chances: NDArray[np.float64]
    days: NDArray[np.float64]


class Pages(NamedTuple):
    """Runs of a fall: in how many days each paged (those that had not paged before it), and false pages a year.

    `labels` a day were drawn, of all tickets.
    """

    days: NDArray[np.float64]
    false_a_year: float
    labels: float

    @property
    def labels_to_page(self) -> float:
        """The labels of all tickets from the fall to the page, on average."""
        return float(self.days.mean() * self.labels)


def stream(
    tickets: Pool, chances: NDArray[np.float64], days: float, rng: np.random.Generator, a_day: float = A_DAY
) -> Labelled:
    """The intent's labelled tickets of so many days, in which the pool's come by chance."""
    theirs = np.flatnonzero(tickets.truth)
    came = theirs[rng.integers(0, len(theirs), rng.poisson(days * a_day * tickets.share))]
    came = came[rng.random(len(came)) < chances[came]]
    at = np.sort(rng.random(len(came)) * days)
    return Labelled(tickets.predicted[came] == tickets.intent, chances[came], at)


def pages(
    healthy: Pool,
    fallen: Pool,
    wanted: Wanted,
    design: Design,
    runs: int,
    floor: float = FLOOR,
    seed: int = 5,
) -> Pages:
    """Runs of 30 good days and then a fall, bet on as the agent would."""
    rng, least = np.random.default_rng(seed), LEAST
    before, after = (drawn_with(each, wanted, SHARE_DRAWN, design, least) for each in (healthy, fallen))
    income, found, false = Income((Rate(0, MONEY),)), [], 0
    for _ in range(runs):
        good = stream(healthy, before, BEFORE, rng)
        bad = stream(fallen, after, AFTER, rng)
        some = Labelled(
            np.concatenate([good.hits, bad.hits]),
            np.concatenate([good.chances, bad.chances]),
            np.concatenate([good.days, bad.days + BEFORE]),
        )
        paged = first_page(some, design, income, floor, least)
        if paged is not None and paged < BEFORE:
            false += 1
        else:
            found.append((paged if paged is not None else BEFORE + AFTER) - BEFORE)
    return Pages(np.array(found), false / runs / BEFORE * 365, SHARE_DRAWN * A_DAY)


def first_page(some: Labelled, design: Design, income: Income, floor: float, least: float) -> float | None:
    """The day of the first page, None without any."""
    chosen = [(design, pi) for pi in some.chances.tolist()]
    bold, calm, _ = bet_weights({}, chosen, some.hits.tolist(), least)
    if design is Design.UNIFORM:
        bold = calm = np.ones(len(chosen))
    times, detector = (some.days * DAY_US).astype(np.int64), fresh()
    came = outcomes(some.hits.tolist(), bold, range(len(chosen)), times.tolist(), calm=calm)
    for begin in range(0, len(chosen), AT_ONCE):
        detector, signals = advance(detector, floor, income, came.part(begin, begin + AT_ONCE))
        page = next((signal for signal in signals if signal.kind is SignalKind.PAGED), None)
        if page is not None:
            return float(some.days[page.seq])
    return None


def pages_for_money(world: World, design: Design, runs: int, seed: int = 7) -> float:
    """False pages for each page's money that was put in, of recall at the floor itself: at most 1 is promised."""
    rng, least, per_day = np.random.default_rng(seed), LEAST, 0.01
    tickets = pool(world, FLOOR, rng)
    chances, income = (
        drawn_with(tickets, world.wanted, SHARE_DRAWN, design, least),
        Income((Rate(0, per_day),)),
    )
    money = false = 0.0
    for _ in range(runs):
        paged = first_page(stream(tickets, chances, AFTER, rng), design, income, tickets.recall, least)
        false += paged is not None
        money += per_day * (AFTER if paged is None else paged)
    return false / money


def falls(world: World, runs: int, seed: int = 5) -> dict[Design, Pages]:
    """The same for each design, in a world."""
    rng = np.random.default_rng(seed)
    healthy, fallen = pool(world, world.healthy, rng), pool(world, world.fallen, rng)
    return {design: pages(healthy, fallen, world.wanted, design, runs, seed=seed) for design in DESIGNS}


def covers(
    tickets: Pool, wanted: Wanted, design: Design, labelled: float, runs: int, seed: int = 6
) -> tuple[Sequence[Interval], NDArray[np.bool_]]:
    """Intervals of recall from so many labelled tickets of the intent on average, and which hold the truth."""
    rng, least = np.random.default_rng(seed), LEAST
    chances = drawn_with(tickets, wanted, SHARE_DRAWN, design, least)
    days = labelled / (A_DAY * tickets.share * chances[tickets.truth].mean())
    others = sorted(set(np.round(1 / chances[tickets.predicted != tickets.intent], 9).tolist()))
    shown = []
    for _ in range(runs):
        cell, some = Weighed(), stream(tickets, chances, days, rng)
        for hit, pi in zip(some.hits.tolist(), some.chances.tolist(), strict=True):
            cell.count(hit, design, pi, least)
        known = others if design is Design.BY_PREDICTION else ()
        shown.append(reading(cell, least, watched=False, miss_weights=known).interval)
    low, high = np.array(shown).T
    return shown, (low <= tickets.recall) & (tickets.recall <= high)


def days_until_page(
    tickets: Pool, chances: NDArray[np.float64], design: Design, floor: float, runs: int, seed: int = 9
) -> NDArray[np.float64]:
    """The days to the page of traffic that is broken from its first day on, without a release's money; at most 300."""
    rng, income = np.random.default_rng(seed), Income((Rate(0, MONEY),))
    found = [
        first_page(stream(tickets, chances, AFTER, rng), design, income, floor, LEAST) for _ in range(runs)
    ]
    return np.array([AFTER if paged is None else paged for paged in found])
