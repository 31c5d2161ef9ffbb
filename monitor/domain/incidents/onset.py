"""A broken cell's outcomes in; when its fall began out, by the times of the predictions, with an interval."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from monitor.domain.detection.bars import fall_factors
from monitor.domain.detection.detector import Signal, by_some
from monitor.domain.detection.group import Mix
from monitor.domain.detection.onset import starts
from monitor.domain.events.in_step import in_step
from monitor.domain.events.types import Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.recall.scales import bet_weights_after
from monitor.domain.telling.members import Start

LOOK_BACK = 2_000  # outcomes before the start that the bet remembers, in which the fall may have begun


class Onset(NamedTuple):
    """When a fall began: most likely at `best`, 95 % between `earliest` and `high`.

    `likely` and `low` are the first of its likely and of its possible starts, from which recall is counted. All are
    times of predictions. No outcome before `first_seq` is of a prediction since `low`.
    """

    best: Start
    likely: Start
    low: Start
    earliest: datetime
    high: datetime
    first_seq: int


def onset_of(state: CellState, page: Signal, outcomes: Sequence[Outcome]) -> Onset | None:
    """When the fall behind a page began, from the cell's outcomes around it in their order; None without any.

    Labels come late and out of order, so those that the bet had seen at its page are put into the order of their
    predictions, and what the bet makes of each is reckoned anew. Nothing before the bet last began again counts; of a
    page that is over by now it is not known when it had begun before.
    """
    detector, bar = state.bet.detector, state.held.bar
    if detector is None or bar is None:
        return None
    begun_after = detector.begun_after if detector.begun_after < page.seq else -1
    counted = [outcome for outcome in outcomes if outcome.seq > begun_after]
    around = [outcome for outcome in counted if outcome.seq <= page.seq]
    if not around:
        return None
    times = in_step([outcome.ts for outcome in around])
    order = sorted(range(len(around)), key=times.__getitem__)
    ordered = [around[place] for place in order]
    weights = weights_after(state, ordered)
    hits = np.array([outcome.hit for outcome in ordered], np.float64)
    intents = [outcome.intent for outcome in ordered]
    mix = mix_before(state, counted)
    found = starts(fall_factors(bar, mix, intents, hits, weights)[0], state.labels.design_effect)
    if by_some(detector):  # some of a group's members, of which the bet on all of them knows less
        begun = next((at for at, outcome in enumerate(ordered) if outcome.seq == page.onset), found.best)
        found = found.with_best(begun)
    best, likely, low = (
        Start(times[order[place]], ordered[place].seq) for place in (found.best, found.likely, found.first)
    )
    earliest, high = (times[order[place]] for place in (found.earliest, found.latest))
    return Onset(best, likely, low, earliest, high, since(around, low)[0].seq)


def since(outcomes: Sequence[Outcome], start: Start) -> list[Outcome]:
    """Those of a cell's outcomes, in their order, whose predictions were made then or later.

    Of predictions made at the same time those count whose labels came no sooner.
    """
    times = in_step([outcome.ts for outcome in outcomes])
    return [outcome for outcome, made in zip(outcomes, times, strict=True) if start.begins(made, outcome.seq)]


def mix_before(state: CellState, outcomes: Sequence[Outcome]) -> Mix | None:
    """The mix of a group's labels without these outcomes; None for a single cell."""
    members, detector = state.held.members, state.bet.detector
    if members is None or detector is None or detector.mix is None:
        return None
    weights = weights_after(state, outcomes)
    seen = np.array(detector.mix.seen)
    places = np.array([members.bar.place.get(outcome.intent, -1) for outcome in outcomes], np.int64)
    counted = places >= 0  # of a member that cannot be bet on any more nothing was kept
    np.subtract.at(seen, places[counted], weights[counted])
    return Mix(tuple(np.maximum(seen, 0.0).tolist()))


def weights_after(state: CellState, outcomes: Sequence[Outcome]) -> FloatArray:
    """By how much each outcome moves the bet, by what is known of the designs by now."""
    detector = state.bet.detector
    if detector is None or not state.bet.weighted:
        return np.ones(len(outcomes))
    chosen = [(outcome.design, outcome.probability) for outcome in outcomes]
    one_class = state.held.members is None
    return bet_weights_after(detector.samples, chosen, state.labels.min_probability, one_class=one_class)
