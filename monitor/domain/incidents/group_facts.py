"""A broken group's state in; what it was promised, and which of its members brought the fall, out."""

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.detection.bars import GroupMembers
from monitor.domain.detection.detector import Detector, by_some
from monitor.domain.detection.group import GroupStanding, group_factors, group_standing, unmixed
from monitor.domain.detection.some_of_many import richest_start
from monitor.domain.detection.worst_members import Blame, worst_members
from monitor.domain.events.types import Outcome
from monitor.domain.incidents.onset import Onset, mix_before, since, weights_after
from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.missed import recall_since_alarm
from monitor.domain.telling.members import MemberFacts, Together, WorstMember

NAMED = 5  # members that a page can name


def promise_of_group(state: CellState) -> Promise | None:
    """A group's offline number by the mix of its labels; None where there is no such group any more."""
    members, standing = state.held.members, _standing(state)
    if members is None or standing is None:
        return None
    return Promise(Measured(standing.offline, members.examples))


def with_members(
    facts: MemberFacts,
    state: CellState,
    outcomes: Sequence[Outcome],
    onset: Onset | None,
    known: MemberFacts | None,
) -> MemberFacts:
    """A group's facts with its offline interval and its members, worst first.

    Once its page is over, the members stay as they were `known`: the evidence that named them is gone, and the group
    may change, or go.
    """
    standing = _standing(state)
    if standing is not None:
        facts = replace(facts, offline=Estimate(standing.offline, standing.low, standing.high))
    together = _together(state, outcomes, onset) if onset and state.bet.broken else None
    before = known.intents if known is not None and not state.bet.broken else ()
    members = state.held.members
    return replace(
        facts,
        together=together or (known.together if known is not None else None),
        intents=before or (members.intents if members is not None else ()),
    )


def _standing(state: CellState) -> GroupStanding | None:
    members, detector = state.held.members, state.bet.detector
    if members is None:
        return None
    mix = detector.mix if detector is not None else None
    return group_standing(members.bar, mix or unmixed(members.bar))


def _together(state: CellState, outcomes: Sequence[Outcome], onset: Onset) -> Together | None:
    members, detector = state.held.members, state.bet.detector
    if members is None or detector is None or detector.mix is None:
        return None
    since_onset = since(outcomes, onset.best)
    wider = [since(outcomes, begin) for begin in (onset.likely, onset.low)]
    min_probability, weighted = state.labels.min_probability, state.bet.weighted
    blame = _blame(state, members, detector, since_onset)
    offline = {anchor.intent: anchor.recall for anchor in members.anchors}
    worst: list[WorstMember] = []
    for share in blame.shares:
        own, *around = [
            [outcome for outcome in some if outcome.intent == share.intent] for some in (since_onset, *wider)
        ]
        if not own or len(worst) == NAMED:
            continue
        recent = recall_since_alarm(
            own,
            around,
            weighted=weighted,
            min_probability=min_probability,
            design_effect=state.labels.design_effect,
        )
        worst.append(WorstMember(share.intent, recent, len(own), offline[share.intent], share.evidence))
    return Together(len(members.intents), tuple(worst), blame.alone)


def _blame(
    state: CellState, members: GroupMembers, detector: Detector, since_onset: Sequence[Outcome]
) -> Blame:
    """Who brought the page, by the bet that won the larger part of it."""
    if detector.starts is not None and by_some(detector):
        start = richest_start(members.bar, detector.starts)
        if start is not None:
            return start.blame
    intents = [outcome.intent for outcome in since_onset]
    before = mix_before(state, since_onset) or unmixed(members.bar)
    weights = weights_after(state, since_onset)
    hits = [outcome.hit for outcome in since_onset]
    factors = group_factors(members.bar, before, intents, hits, weights).factor
    boldest = int(np.argmax(detector.wealth.log_c))
    return worst_members(intents, np.log(factors[:, boldest]))
