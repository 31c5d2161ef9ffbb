"""The facts of one broken cell for a page: recall before and after, and how many tickets were touched."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.detection.detector import Signal
from monitor.domain.events.in_step import in_step
from monitor.domain.events.types import Design, Kind, Outcome
from monitor.domain.incidents.onset import Onset, since
from monitor.domain.judging.reasons import OnlyMature, VerificationBias
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.unidentified import SkippedTickets
from monitor.domain.recall.estimate import Estimate, Method
from monitor.domain.recall.intervals import clopper_pearson
from monitor.domain.recall.missed import LabelledShares, recall_of, recall_since_alarm, tickets_missed
from monitor.domain.recall.reading import Reading
from monitor.domain.slices.causes import explain
from monitor.domain.slices.conjunctions import made_by_model, tickets
from monitor.domain.telling.caveats import (
    CappedWeights,
    Caveat,
    CountedWeak,
    DoubtfulAnchor,
    UnknownDesign,
    WeighedLabels,
)
from monitor.domain.telling.members import MemberFacts, Standout

SEED = 1  # the same incident gives the same answer
LOOKED_AT = 2_000  # the newest labelled tickets since the onset: a page must not wait


def member_facts(
    state: CellState,
    promise: Promise,
    page: Signal,
    outcomes: Sequence[Outcome],
    onset: Onset | None,
    shares: LabelledShares,
    noticed: datetime,
) -> MemberFacts:
    """Gather what a person needs to know about a broken cell.

    `outcomes` are the cell's from the first on that may be since the `onset` (None: no outcome is left); `shares` how
    much of the model's traffic since then is labelled.
    """
    tally, min_probability, weighted = state.labels.tally, state.labels.min_probability, state.bet.weighted
    live = state.labels.reading
    since_onset = since(outcomes, onset.best) if onset else []
    wider = [since(outcomes, begin) for begin in (onset.likely, onset.low)] if onset else []
    read = recall_of(since_onset, weighted=weighted, min_probability=min_probability)
    recent = recall_since_alarm(
        since_onset,
        wider,
        weighted=weighted,
        min_probability=min_probability,
        design_effect=state.labels.design_effect,
    )
    missed = [
        shares.of(outcome, weighted=weighted, min_probability=min_probability)
        for outcome in since_onset
        if not outcome.hit
    ]
    real = promise.real if promise.real and promise.real.support else None
    made = in_step([outcome.ts for outcome in since_onset])
    newest = min(max(made), noticed) if made else None
    return MemberFacts(
        cell=state.cell,
        live=_estimate(live),
        live_support=tally.support,
        recent=recent,
        recent_support=len(since_onset),
        offline=offline_estimate(promise.shipped),
        offline_support=promise.shipped.support,
        offline_real=offline_estimate(real) if real else None,
        offline_real_support=real.support if real else None,
        floor=state.held.floor or 0.0,
        onset=onset.best.at if onset else noticed,
        noticed=noticed,
        touched=tickets_missed(missed, shares.least(weighted=weighted, min_probability=min_probability)),
        misses_to=dict(
            Counter(outcome.predicted for outcome in since_onset if not outcome.hit).most_common()
        ),
        evidence=page.evidence,
        money_per_day=state.held.income.per_day if state.held.income else None,
        onset_seq=since_onset[0].seq if since_onset else page.onset,
        page_seq=page.seq,
        newest=newest,
        standout=_standout(since_onset),
        label_lag_s=max((noticed - newest).total_seconds(), 0.0) if newest else None,
        caveats=_caveats(state, promise, since_onset, read),
        recent_method=Method.CHOSEN_BY_ALARM,
        onset_low=onset.earliest if onset else None,
        onset_high=onset.high if onset else None,
        starts=onset[:3] if onset else (),
        first_seq=onset.first_seq if onset else -1,
    )


def _caveats(
    state: CellState, promise: Promise, since_onset: Sequence[Outcome], recent: Reading
) -> tuple[Caveat, ...]:
    caveats: list[Caveat] = []
    if promise.grade in (Grade.UNTRUSTED, Grade.SOFT):
        reason = promise.grade_reasons[0] if promise.grade_reasons else None
        caveats.append(DoubtfulAnchor(promise.shipped.recall, Grade(promise.grade), reason))
    if weak := sum(outcome.kind is Kind.WEAK for outcome in since_onset):
        caveats.append(CountedWeak(weak, len(since_onset)))
    if Design.UNKNOWN in {outcome.design for outcome in since_onset}:
        caveats.append(UnknownDesign())
    if state.bet.weighted:
        caveats.append(WeighedLabels(len(since_onset), recent.effective_n))
        if clipped := state.labels.tally.weighed.clipped:
            caveats.append(CappedWeights(clipped, state.labels.min_probability))
    caveats += [
        gap
        for why in state.judgement.reasons
        if isinstance(why, VerificationBias)
        for gap in why.gaps
        if isinstance(gap, SkippedTickets)
    ]
    if state.labels.maturity_s is not None:
        caveats.append(OnlyMature(state.labels.maturity_s / 86_400))
    return tuple(caveats)


def _standout(outcomes: Sequence[Outcome]) -> Standout | None:
    """By what was known before the prediction; attributes that the model itself made are left out."""
    looked_at = outcomes[-LOOKED_AT:]
    attributes = [
        {name: value for name, value in outcome.slices.items() if not made_by_model(name)}
        for outcome in looked_at
    ]
    if not any(attributes):
        return None
    seen = tickets(
        attributes, [not outcome.hit for outcome in looked_at], [outcome.customer for outcome in looked_at]
    )
    best = next(iter(explain(seen, rng=np.random.default_rng(SEED), at_most=1)), None)
    if best is None or not best.significant or best.hint:
        return None
    return Standout(
        {condition.name: condition.value for condition in best.conditions}, best.tickets, best.misses
    )


def offline_estimate(measured: Measured) -> Estimate:
    """An offline recall with the 95 % interval that its support allows."""
    low, high = clopper_pearson(measured.hits, measured.support) if measured.support else (0.0, 1.0)
    return Estimate(measured.recall, low, high)


def _estimate(estimate: Reading) -> Estimate:
    return Estimate(estimate.recall or 0.0, estimate.interval.low, estimate.interval.high)
