"""Cells that fall, with labels that come late: what their pages would tell, beside the truth.

The bet runs side by side for all cells. What is told of each page is the product's own work (`onset_of`,
`member_facts`), from the outcomes that were known then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from monitor.domain.anchors.floor import floor
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.detection import detector as detecting
from monitor.domain.detection.betting import evidence_each, factors, grow, stakes, start
from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.detection.money import PAGE, Income, Rate
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.incidents.facts import member_facts
from monitor.domain.incidents.onset import onset_of
from monitor.domain.judging.state import Bet, CellLabels, CellState, HeldTo
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.recall.missed import labelled_shares
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MODEL = Model("tickets", "7")
CELL = Cell(MODEL, "refund")
WATCHED = 20  # cells that share one false page a year
OTHERS = 30  # tickets of other intents for each of this one: what the labelled share is known from
MIN_PROBABILITY = 0.01
APART = 1e-9  # days between a customer's tickets, so that one comes first

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fall:
    """A world: recall falls from `healthy` `to` on a day, with so many labels a day, of so large a `share` of tickets.

    A label comes up to `delay_days` after its ticket, at any time alike. `later_days` after the page it is looked at
    once more. The anchor has `support` examples; without, the floor is known. A customer sends `at_a_time` tickets,
    which are as alike as `icc` says, and are bet on as one; their labels are there at once.
    """

    to: float
    on_day: float = 0.0
    labels_a_day: float = 10.0
    share: float = 1.0
    delay_days: float = 0.0
    later_days: float = 0.0
    support: int | None = None
    healthy: float = 0.88
    days: float = 150.0
    at_a_time: int = 1
    icc: float = 0.0

    @property
    def design_effect(self) -> float:
        """How many of a customer's tickets say as much as one."""
        return 1 + (self.at_a_time - 1) * self.icc

    @property
    def floor(self) -> float:
        """What the cell is held to."""
        return floor(self.healthy, self.support)

    @property
    def income(self) -> Income:
        """Its part of one false page a year, and of the first purse."""
        return Income((Rate(to_us(BEGIN), 0.5 / WATCHED / 365),), 0.25 / WATCHED)


class AlarmSeen(NamedTuple):
    """A page: what is told of it, how many tickets had been missed since its onset, and when recall really fell.

    `from_first`: its onset may be as early as the version's first ticket.
    """

    live: Estimate
    recent: Estimate
    recent_support: int
    touched: Estimate
    onset_low: datetime
    onset_high: datetime
    from_first: bool
    missed: int
    fell: datetime


class _Tickets(NamedTuple):
    """All tickets of each cell by the time of their predictions, in days; without a label `known` is infinite."""

    made: FloatArray
    hit: BoolArray
    known: FloatArray


def alarms(fall: Fall, cells: int, seed: int) -> list[AlarmSeen]:
    """The pages that so many cells bring after their fall. Costs: some 10 ms a page."""
    rng = np.random.default_rng(seed)
    tickets = _tickets(fall, cells, rng)
    labelled = int(np.isfinite(tickets.known).sum(axis=1).max())
    order = np.argsort(tickets.known, axis=1, kind="stable")[:, :labelled]
    seen = _Tickets(
        np.take_along_axis(tickets.made, order, axis=1),
        np.take_along_axis(tickets.hit, order, axis=1),
        np.take_along_axis(tickets.known, order, axis=1),
    )
    return list(_told(fall, tickets, seen, _pages(fall, seen), rng))


def _tickets(fall: Fall, cells: int, rng: np.random.Generator) -> _Tickets:
    count = int(fall.days * fall.labels_a_day / fall.share)
    bursts = np.sort(rng.random((cells, count // fall.at_a_time)) * fall.days, axis=1)
    chances = np.where(bursts < fall.on_day, fall.healthy, fall.to)
    if fall.icc:
        more = (1 - fall.icc) / fall.icc
        chances = rng.beta(chances * more, (1 - chances) * more)
    made = (
        np.repeat(bursts, fall.at_a_time, axis=1) + np.arange(bursts.size // cells * fall.at_a_time) * APART
    )
    hit = rng.random(made.shape) < np.repeat(chances, fall.at_a_time, axis=1)
    known = np.where(
        rng.random(made.shape) < fall.share, made + fall.delay_days * rng.random(made.shape), np.inf
    )
    return _Tickets(made, hit, known)


def _pages(fall: Fall, seen: _Tickets) -> NDArray[np.int64]:
    """Which of its outcomes brought each cell's page, -1 for none."""
    hit, miss = factors(stakes(fall.floor), fall.floor, [1.0, 0.0], 1.0)
    there = np.isfinite(seen.known)
    at = to_us(BEGIN) + (np.where(there, seen.known, 0.0) * DAY_US).astype(np.int64)
    money = np.array([fall.income.deposits(None, row) for row in at])
    ratios, pages = start(len(at)).ratios, np.full(len(at), -1)
    for place in range(fall.at_a_time - 1, at.shape[1], fall.at_a_time):
        some = slice(place + 1 - fall.at_a_time, place + 1)
        recall = seen.hit[:, some].mean(axis=1)[:, np.newaxis]  # a mean of factors is that of the mean
        played = recall * hit + (1 - recall) * miss
        ratios = grow(ratios, played, money[:, some].sum(axis=1))
        pages[(pages < 0) & there[:, place] & (evidence_each(ratios) >= PAGE)] = place
        if (pages >= 0).all():
            break
    return pages


def _told(
    fall: Fall, tickets: _Tickets, seen: _Tickets, pages: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[AlarmSeen]:
    fell = BEGIN + timedelta(days=fall.on_day)
    held = HeldTo(floor=fall.floor, income=fall.income)
    promise = Promise(Measured(fall.healthy, fall.support or 1_000))
    for cell, place in enumerate(pages.tolist()):
        paged = seen.known[cell, place]
        if place < 0 or paged < fall.on_day:
            continue
        outcomes = _outcomes(seen, cell, min(paged + fall.later_days, fall.days))
        labels = replace(_counted(outcomes), design_effect=fall.design_effect)
        state = CellState(CELL, labels, held, Bet(detecting.fresh()))
        page = Signal(SignalKind.PAGED, place, 0, 1.0)
        onset = onset_of(state, page, outcomes)
        if onset is None:
            raise AssertionError("a page has outcomes")
        now = min(paged + fall.later_days, fall.days)
        since = (tickets.made[cell] >= _days(onset.best.at) - 1e-9) & (tickets.made[cell] <= now)
        shares = labelled_shares(*_traffic(fall, _days(onset.best.at), now, rng), {}, MIN_PROBABILITY)
        facts = member_facts(state, promise, page, outcomes, onset, shares, BEGIN + timedelta(days=now))
        yield AlarmSeen(
            facts.live,
            facts.recent,
            facts.recent_support,
            facts.touched,
            onset.earliest,
            onset.high,
            onset.earliest == min(outcome.ts for outcome in outcomes if outcome.seq <= place),
            int((since & ~tickets.hit[cell]).sum()),
            fell,
        )


def _counted(outcomes: Sequence[Outcome]) -> CellLabels:
    tally = Tally()
    hits = sum(outcome.hit for outcome in outcomes)
    tally.count(CELL.intent, CELL.intent, hits)
    tally.count("other", CELL.intent, len(outcomes) - hits)
    return CellLabels(tally, min_probability=MIN_PROBABILITY)


def _outcomes(seen: _Tickets, cell: int, now: float) -> list[Outcome]:
    known = int((seen.known[cell] <= now).sum())
    return [
        Outcome(
            seq,
            str(seq),
            MODEL,
            BEGIN + timedelta(days=made),
            BEGIN + timedelta(days=label),
            CELL.intent if hit else "other",
            CELL.intent,
            Kind.HUMAN,
            Design.UNIFORM,
            None,
        )
        for seq, (made, hit, label) in enumerate(
            zip(
                seen.made[cell, :known].tolist(),
                seen.hit[cell, :known].tolist(),
                seen.known[cell, :known].tolist(),
                strict=True,
            )
        )
    ]


def _traffic(fall: Fall, since: float, now: float, rng: np.random.Generator) -> tuple[int, int]:
    """The predictions of all intents since the onset, and how many of them have a label by now."""
    count = max(int(OTHERS * (now - since) * fall.labels_a_day / fall.share), 1)
    made = since + (now - since) * rng.random(count)
    labelled = (rng.random(count) < fall.share) & (made + fall.delay_days * rng.random(count) <= now)
    return count, int(labelled.sum())


def _days(at: datetime) -> float:
    return (at - BEGIN) / timedelta(days=1)
