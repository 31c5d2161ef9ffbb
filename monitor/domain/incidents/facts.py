"""The facts of one broken cell for a page: recall before and after, and how many tickets were touched."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.detection.detector import Signal
from monitor.domain.events.in_step import AROUND, in_step
from monitor.domain.events.types import Design, Outcome
from monitor.domain.judging.reasons import OnlyMature
from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.intervals import clopper_pearson
from monitor.domain.recall.missed import recall_of, tickets_missed
from monitor.domain.recall.reading import Reading
from monitor.domain.slices.causes import explain
from monitor.domain.slices.conjunctions import made_by_model, tickets
from monitor.domain.telling.caveats import CappedWeights, Caveat, DoubtfulAnchor, UnknownDesign, WeighedLabels
from monitor.domain.telling.members import MemberFacts, Standout

SEED = 1  # the same incident gives the same answer
LOOKED_AT = 2_000  # the newest labelled tickets since the onset: a page must not wait


def member_facts(
    state: CellState,
    promise: Promise,
    page: Signal,
    since_onset: Sequence[Outcome],
    labelled_share: float,
    noticed: datetime,
) -> MemberFacts:
    """Gather what a person needs to know about a broken cell.

    `since_onset` are the cell's outcomes from the page's onset on; `labelled_share` the share of the model's
    predictions since then that have an outcome, which stands in for a sampling probability nobody recorded.
    """
    tally, min_probability = state.labels.tally, state.labels.min_probability
    live = state.labels.reading
    recent = recall_of(since_onset, weighted=state.bet.weighted, min_probability=min_probability)
    real = promise.real if promise.real and promise.real.support else None
    made = in_step([outcome.ts for outcome in since_onset])
    newest = min(max(made), noticed) if made else None
    return MemberFacts(
        cell=state.cell,
        live=_estimate(live),
        live_support=tally.support,
        recent=_estimate(recent),
        recent_support=len(since_onset),
        offline=offline_estimate(promise.shipped),
        offline_support=promise.shipped.support,
        offline_real=offline_estimate(real) if real else None,
        offline_real_support=real.support if real else None,
        floor=state.held.floor or 0.0,
        onset=fell_at(since_onset) or noticed,
        noticed=noticed,
        touched=tickets_missed(since_onset, recent, labelled_share, min_probability),
        misses_to=dict(
            Counter(outcome.predicted for outcome in since_onset if not outcome.hit).most_common()
        ),
        evidence=page.evidence,
        money_per_day=state.held.income.per_day if state.held.income else None,
        onset_seq=page.onset,
        page_seq=page.seq,
        newest=newest,
        standout=_standout(since_onset),
        label_lag_s=max((noticed - newest).total_seconds(), 0.0) if newest else None,
        caveats=_caveats(state, promise, since_onset, recent),
    )


def fell_at(since_onset: Sequence[Outcome]) -> datetime | None:
    """When the first of a cell's outcomes since the onset was predicted, in step with those that came next."""
    return next(iter(in_step([outcome.ts for outcome in since_onset[: 2 * AROUND + 1]])), None)


def _caveats(
    state: CellState, promise: Promise, since_onset: Sequence[Outcome], recent: Reading
) -> tuple[Caveat, ...]:
    caveats: list[Caveat] = []
    if promise.grade in (Grade.UNTRUSTED, Grade.SOFT):
        reason = promise.grade_reasons[0] if promise.grade_reasons else None
        caveats.append(DoubtfulAnchor(promise.shipped.recall, Grade(promise.grade), reason))
    if Design.UNKNOWN in {outcome.design for outcome in since_onset}:
        caveats.append(UnknownDesign())
    if state.bet.weighted:
        caveats.append(WeighedLabels(len(since_onset), recent.effective_n))
        if clipped := state.labels.tally.weighed.clipped:
            caveats.append(CappedWeights(clipped, state.labels.min_probability))
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
