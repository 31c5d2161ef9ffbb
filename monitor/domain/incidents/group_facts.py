"""A broken group's state in; what it was promised, and which of its members brought the fall, out."""

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.detection.bars import GroupMembers
from monitor.domain.detection.detector import Detector, by_some
from monitor.domain.detection.group import GroupStanding, Mix, group_factors, group_standing, unmixed
from monitor.domain.detection.some_of_many import richest_start
from monitor.domain.detection.worst_members import Blame, worst_members
from monitor.domain.events.types import Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.missed import recall_of
from monitor.domain.recall.scales import bet_weights_after
from monitor.domain.telling.members import MemberFacts, Together, WorstMember

NAMED = 5  # members that a page can name


def promise_of_group(state: CellState) -> Promise | None:
    """A group's offline number by the mix of its labels; None where there is no such group any more."""
    members, standing = state.held.members, _standing(state)
    if members is None or standing is None:
        return None
    return Promise(Measured(standing.offline, members.examples))


def with_members(
    facts: MemberFacts, state: CellState, since_onset: Sequence[Outcome], known: MemberFacts | None
) -> MemberFacts:
    """A group's facts with its offline interval and its members, worst first.

    Once its page is over, the members stay as they were `known`: the evidence that named them is gone.
    """
    standing = _standing(state)
    if standing is not None:
        facts = replace(facts, offline=Estimate(standing.offline, standing.low, standing.high))
    together = _together(state, since_onset) if state.bet.broken else None
    return replace(facts, together=together or (known.together if known is not None else None))


def _standing(state: CellState) -> GroupStanding | None:
    members, detector = state.held.members, state.bet.detector
    if members is None:
        return None
    mix = detector.mix if detector is not None else None
    return group_standing(members.bar, mix or unmixed(members.bar))


def _together(state: CellState, since_onset: Sequence[Outcome]) -> Together | None:
    members, detector = state.held.members, state.bet.detector
    if members is None or detector is None or detector.mix is None:
        return None
    blame = _blame(state, members, detector, detector.mix, since_onset)
    offline = {anchor.intent: anchor.recall for anchor in members.anchors}
    min_probability = state.labels.min_probability
    worst: list[WorstMember] = []
    for share in blame.shares:
        own = [outcome for outcome in since_onset if outcome.intent == share.intent]
        if not own or len(worst) == NAMED:
            continue
        recent = recall_of(own, weighted=state.bet.weighted, min_probability=min_probability)
        estimate = Estimate(recent.recall or 0.0, *recent.interval)
        worst.append(WorstMember(share.intent, estimate, len(own), offline[share.intent], share.evidence))
    return Together(len(members.intents), tuple(worst), blame.alone)


def _blame(
    state: CellState, members: GroupMembers, detector: Detector, mix: Mix, since_onset: Sequence[Outcome]
) -> Blame:
    """Who brought the page, by the bet that won the larger part of it."""
    if detector.starts is not None and by_some(detector):
        start = richest_start(members.bar, detector.starts)
        if start is not None:
            return start.blame
    intents = [outcome.intent for outcome in since_onset]
    weights = np.ones(len(since_onset))
    if state.bet.weighted:
        chosen = [(outcome.design, outcome.probability) for outcome in since_onset]
        weights = bet_weights_after(detector.samples, chosen, state.labels.min_probability, one_class=False)
    seen = np.array(mix.seen)
    for intent, weight in zip(intents, weights.tolist(), strict=True):
        seen[members.bar.place[intent]] -= weight
    before = Mix(tuple(np.maximum(seen, 0.0).tolist()))  # the mix at the onset
    hits = [outcome.hit for outcome in since_onset]
    factors = group_factors(members.bar, before, intents, hits, weights).factor
    boldest = int(np.argmax(detector.wealth.log_c))
    return worst_members(intents, np.log(factors[:, boldest]))
