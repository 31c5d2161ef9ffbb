"""Each cell's bet made on its past as bits: when it would have paged, held to what it is held to now."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import msgspec

from monitor.domain.backtest.pages import OURS, Alarm, Backtest
from monitor.domain.backtest.past_bits import PastBits
from monitor.domain.detection import detector as detecting
from monitor.domain.detection.customer_days import closed, customer_days
from monitor.domain.detection.detector import Detector, Signal, SignalKind
from monitor.domain.detection.ends import resumed
from monitor.domain.detection.outcomes import Outcomes
from monitor.domain.detection.recovery import ENOUGH
from monitor.domain.events.microseconds import from_us
from monitor.domain.judging.cell_hits import CellHits
from monitor.domain.judging.stakes import CellStakes
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.hours import DAY_H, in_line
from monitor.domain.slices.cells import Cell


class PastBet(NamedTuple):
    """A cell's bet on its whole past: where it stands at the end, and the pages and recoveries on the way.

    Their places (`Signal.seq`) are the outcome's in the cell's own past, from 0 on.
    """

    detector: Detector
    signals: Sequence[Signal]


def can_be_replayed(state: CellState) -> bool:
    """Whether bits alone make a cell's bet: it has money and a floor, and no prediction waits to be old enough."""
    return state.held.watched is not None and state.held.bar is not None and state.labels.maturity_s is None


def cells_backtest(
    states: Mapping[Cell, CellState],
    pasts: Iterable[tuple[Cell, PastBits]],
    together: Callable[[Cell], bool],
    enough: float = ENOUGH,
    span: tuple[datetime, datetime] | None = None,
) -> Backtest:
    """The pages of each of these cells on its past, one cell after the other; as if no person had ended a page.

    Each is held to what it is held to now, with the money that it gets now. An alarm's `seq` is its place in the cell's
    own past. `together`: one bet for each customer and day. A recovery's bet must win `enough`. `span` is what the
    history covers (`span_of`): a label's own time may lie anywhere.
    """
    alarms, outcomes = list[Alarm](), 0
    for cell, past in pasts:
        if cell.group is None and not cell.slice:
            outcomes += len(past)
        bet = past_bet(states[cell], past, together=together(cell), enough=enough)
        alarms += _alarms(cell, bet.signals, past)
    begin, end = span or (None, None)
    pages = sorted(alarms, key=lambda alarm: alarm.at)
    return Backtest(outcomes, begin, end, list(states), pages, [], by_cell=True)


def span_of(hours: Mapping[int, tuple[int, int, int]]) -> tuple[datetime, datetime] | None:
    """From when to when a history is judged that became known in these `hours` (since 1970: how many, first, last).

    As where it is replayed day by day: from the end of its first day on, without the strays of a wrong clock.
    """
    ours = in_line({hour: count for hour, (count, *_) in hours.items()})
    if not len(ours):
        return None
    day = int(ours[0]) // DAY_H
    first = max(hours[int(hour)][2] for hour in ours if int(hour) // DAY_H == day)
    return from_us(first), from_us(hours[int(ours[-1])][2])


def _alarms(cell: Cell, signals: Sequence[Signal], past: PastBits) -> list[Alarm]:
    """The pages among these, each with its recovery."""
    alarms: list[Alarm] = []
    for signal in signals:
        at = from_us(int(past.known_us[signal.seq]))
        if signal.kind is SignalKind.PAGED:
            onset = from_us(int(past.known_us[signal.onset]))
            alarms.append(Alarm(OURS, cell, at, signal.seq, onset, signal.seq - signal.onset + 1))
        elif alarms:
            alarms[-1] = msgspec.structs.replace(alarms[-1], over_at=at, over="recovered")
    return alarms


def past_bet(state: CellState, past: PastBits, *, together: bool, enough: float = ENOUGH) -> PastBet:
    """The bet of a cell on its past; what is not over yet of a customer's day is not bet on."""
    stakes, detector, signals = CellStakes(state), detecting.fresh(), list[Signal]()
    for some in _days(past) if together else past.chunks():
        came, samples = stakes.of(some, detector.samples)
        if together:
            came = customer_days(came, some.customers)
        detector, found = _bet_on(replace(detector, samples=samples), state, came, enough)
        signals += found
    return PastBet(detector, signals)


def _days(past: PastBits) -> Iterator[CellHits]:
    """All outcomes up to the end of the last day that is over: a customer's day is one bet, wherever chunks end."""
    upto = closed(past.known_us)
    if upto:
        yield past.part(0, upto)


def _bet_on(
    detector: Detector, state: CellState, came: Outcomes, enough: float
) -> tuple[Detector, list[Signal]]:
    bar, income = state.held.bar, state.held.income
    if bar is None or income is None or not len(came.seqs):
        return detector, []
    return detecting.advance(resumed(detector, bar, int(came.seqs[0])), bar, income, came, enough)
