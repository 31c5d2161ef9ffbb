"""A cell that broke beside others comes in; whether it is broken outside of their tickets, too, goes out.

One break brings its shadows: a slice's misses are its intent's, its group's, and those of every slice that shares
tickets with it. They page days later, on tickets that were told of.
"""

from collections import Counter
from collections.abc import Sequence

from monitor.domain.detection.detectability import fallen_recall
from monitor.domain.detection.detector import Signal, advance, fresh
from monitor.domain.detection.outcomes import outcomes as as_outcomes
from monitor.domain.events.types import Outcome
from monitor.domain.incidents.onset import weights_after
from monitor.domain.judging.judge import SUSPECT
from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.missed import recall_of
from monitor.domain.recall.reading import Reading
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import ExplainedBy

LOOKED_AT = 5_000  # the newest outcomes of the cell: the bet itself forgets in some 1,000
UNLIKELY = 0.05


def explained_outside(
    state: CellState, page: Signal, outcomes: Sequence[Outcome], causes: Sequence[Cell]
) -> ExplainedBy | None:
    """By which of the `causes` a broken cell is explained; None where it is broken outside of them, or nobody can tell.

    `outcomes` are the cell's newest, in their order. Those in a cause are left out, and two things must hold of the
    rest. Its own bet, made on it anew, has not won a tenth of a page: then it is not even suspected. And had its recall
    fallen half as far as what must be seen in time, so many hits since the onset would come with a chance of .05 at
    most: else there are too few to tell. Where labels count by 1/pi, their interval must lie above that recall.
    Costs: one pass, some 20 ms for 5,000 outcomes. A second break outside, as small as can be, is told once its own
    bet has won a tenth of a page, before it would page by itself. Measured, at the page
    (`tests/simulation/test_shadows.py`): of intents that keep their promise outside .9 are explained, of those broken
    to .60 there under .05, each until its next labels. So, too, where labels are drawn by predicted class: where misses
    are drawn half as often as hits .77 are explained, where a tenth as often hardly any.

    Source: section 2; the bet is `detector.advance`.
    """
    detector, bar, income = state.bet.detector, state.held.bar, state.held.income
    if detector is None or bar is None or income is None or not causes:
        return None
    counted = [outcome for outcome in outcomes if outcome.seq > detector.begun_after]
    rest = [outcome for outcome in counted if not any(_holds(cause, outcome) for cause in causes)]
    since = [outcome for outcome in rest if outcome.seq >= page.onset]
    read = recall_of(since, weighted=state.bet.weighted, min_probability=state.labels.min_probability)
    if not _holds_up(state, since, read):
        return None
    came = as_outcomes(
        [outcome.hit for outcome in rest],
        weights_after(state, rest),
        [outcome.seq for outcome in rest],
        [outcome.known_us for outcome in rest],
        [outcome.intent for outcome in rest] if state.held.members is not None else (),
    )
    bet, signals = advance(fresh(), bar, income, came)
    if signals or bet.evidence >= SUSPECT:
        return None
    misses = Counter(
        cause
        for outcome in counted
        if outcome.seq >= page.onset and not outcome.hit
        for cause in causes
        if _holds(cause, outcome)
    )
    outside = Estimate(read.recall or 0.0, *read.interval)
    return (
        ExplainedBy(tuple(cause for cause, _ in misses.most_common()), outside, len(since))
        if misses
        else None
    )


def _holds_up(state: CellState, since: Sequence[Outcome], read: Reading) -> bool:
    """Whether the rest's recall has hardly fallen half as far as what must be seen in time."""
    from scipy.stats import binom

    floor = state.held.floor or 0.0
    half_way = (floor + fallen_recall(floor)) / 2
    if state.bet.weighted:
        return read.interval.low >= half_way
    hits = sum(outcome.hit for outcome in since)
    return bool(since) and float(binom.sf(hits - 1, len(since), half_way)) <= UNLIKELY


def _holds(cause: Cell, outcome: Outcome) -> bool:
    return cause.intent == outcome.intent and cause.holds(outcome.slices)
