"""The facts of one broken cell for a page: recall before and after, and how many tickets were touched."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from monitor.domain.anchors import Measured, Promise
from monitor.domain.cellstate import CellState
from monitor.domain.detector import Signal
from monitor.domain.events import Design, Outcome
from monitor.domain.intervals import clopper_pearson, confidence_sequence, interval
from monitor.domain.notices import Estimate, MemberFacts

UNKNOWN_DESIGN = (
    "labels of unknown sampling design: if misses are labelled more often, recall is better than shown"
)

UNEVEN_DESIGN = "labels chosen by prediction or score are counted alike here, not yet by their probabilities"


def member_facts(
    state: CellState,
    promise: Promise,
    page: Signal,
    since_onset: Sequence[Outcome],
    labelled_share: float,
    noticed: datetime,
    min_probability: float,
) -> MemberFacts:
    """Gather what a person needs to know about a broken cell.

    `since_onset` are the cell's outcomes from the page's onset on; `labelled_share` the share of the model's
    predictions since then that have an outcome, which stands in for a sampling probability nobody recorded.
    """
    tally = state.tally
    live = confidence_sequence(tally.hits, tally.misses)
    hits = sum(outcome.hit for outcome in since_onset)
    misses = len(since_onset) - hits
    recent = _estimate(hits, misses)
    positives = sum(1 / _probability(outcome, labelled_share, min_probability) for outcome in since_onset)
    real = promise.real if promise.real and promise.real.support else None
    designs = {outcome.design for outcome in since_onset}
    caveats = [UNKNOWN_DESIGN] if Design.UNKNOWN in designs else []
    caveats += [UNEVEN_DESIGN] if designs & {Design.BY_PREDICTION, Design.BY_SCORE} else []
    return MemberFacts(
        cell=state.cell,
        live=Estimate(tally.recall or 0.0, live.low, live.high),
        live_support=tally.support,
        recent=recent,
        recent_support=len(since_onset),
        offline=_offline(promise.shipped),
        offline_support=promise.shipped.support,
        offline_real=_offline(real) if real else None,
        offline_real_support=real.support if real else None,
        floor=state.floor or 0.0,
        onset=since_onset[0].ts if since_onset else noticed,
        noticed=noticed,
        touched=Estimate(
            positives * (1 - recent.value), positives * (1 - recent.high), positives * (1 - recent.low)
        ),
        misses_to=dict(
            Counter(outcome.predicted for outcome in since_onset if not outcome.hit).most_common()
        ),
        evidence=page.evidence,
        threshold=state.threshold or 0.0,
        onset_seq=page.onset,
        caveats=tuple(caveats),
    )


def _offline(measured: Measured) -> Estimate:
    low, high = clopper_pearson(measured.hits, measured.support) if measured.support else (0.0, 1.0)
    return Estimate(measured.recall, low, high)


def _estimate(hits: int, misses: int) -> Estimate:
    low, high = interval(hits, misses) if hits + misses else (0.0, 1.0)
    return Estimate(hits / (hits + misses) if hits + misses else 0.0, low, high)


def _probability(outcome: Outcome, labelled_share: float, min_probability: float) -> float:
    if outcome.design is Design.UNKNOWN or outcome.probability is None:
        return max(labelled_share, min_probability)
    return max(outcome.probability, min_probability)
