"""The facts of an incident's member: a broken cell's state in, what people are told of it out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from monitor.domain.anchors.promise import Anchor, Promise
from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.events.types import Outcome
from monitor.domain.incidents.facts import member_facts
from monitor.domain.incidents.group_facts import promise_of_group, with_members
from monitor.domain.incidents.onset import Onset, onset_of, since
from monitor.domain.incidents.wrong_labels import elsewhere, wrong_labels
from monitor.domain.judging.state import CellState
from monitor.domain.recall.missed import LabelledShares, labelled_shares
from monitor.domain.telling.members import MemberFacts, Start
from monitor.incidents.explaining import outcomes_around, outcomes_since
from monitor.incidents.ports.transaction import IncidentTransaction


def facts_now(
    transaction: IncidentTransaction,
    state: CellState,
    cells: Iterable[CellState],
    anchor: Anchor | None,
    page: Signal | None,
    known: MemberFacts | None,
    now: datetime,
) -> MemberFacts:
    """A member's facts now. Where its page no longer stands, they are told since the onset it had.

    Where another anchor was activated that never measured the intent, they stay as they were. `cells` are
    all there are of the model.
    """
    cell = state.cell
    promise = promise_of_group(state) if cell.group is not None else None
    if anchor is not None and cell.group is None:
        promise = anchor.promise(cell.intent, cell.slice) or anchor.promise(cell.intent)
    if promise is None and known is not None:
        return known
    if page is None and known is not None:
        evidence = state.bet.detector.evidence if state.bet.detector else 0.0
        page = Signal(SignalKind.PAGED, known.page_seq, known.onset_seq, evidence)
    if promise is None or page is None:
        raise AssertionError(f"{state.cell} is in an incident without a promise or a page")
    onset = _known_onset(known, page)
    if onset is not None:
        outcomes = outcomes_since(transaction, cell, onset.first_seq)
    else:
        outcomes = outcomes_around(transaction, cell, page.onset)
        onset = onset_of(state, page, outcomes)
    facts = member_facts(
        state,
        promise,
        page,
        outcomes,
        onset,
        _shares(transaction, state, onset),
        now,
    )
    if cell.group is not None:
        facts = with_members(facts, state, outcomes, onset, known)
    if onset is not None:
        fallen = since(outcomes, onset.best)
        labelled = transaction.predictions_since(cell.model, onset.best.at).labelled
        facts = _with_wrong_labels(facts, state, promise, fallen, cells, labelled)
    if known is None:
        return facts
    return msgspec.structs.replace(facts, noticed=known.noticed, slices=known.slices, unsure=known.unsure)


def _with_wrong_labels(
    facts: MemberFacts,
    state: CellState,
    promise: Promise,
    since_onset: Sequence[Outcome],
    cells: Iterable[CellState],
    labelled: int,
) -> MemberFacts:
    """With what wrong labels would explain; labels that count by weights are too unlike for that."""
    if state.bet.weighted:
        return facts
    before = Counter(state.labels.tally.misses_to)
    before.subtract(outcome.predicted for outcome in since_onset if not outcome.hit)
    usual = before + Counter(promise.misses_to)
    doubt = wrong_labels(
        since_onset,
        facts.offline.value,
        usual,
        elsewhere(state, cells, labelled),
        state.labels.design_effect,
    )
    return facts if doubt is None else msgspec.structs.replace(facts, caveats=(*facts.caveats, doubt))


def _known_onset(known: MemberFacts | None, page: Signal) -> Onset | None:
    """The onset as it was known at this very page: what comes later does not move it."""
    if known is None or known.page_seq != page.seq:
        return None
    if len(known.starts) != 3 or known.onset_low is None or known.onset_high is None:
        only = Start(known.onset, known.onset_seq)  # a version before this one paged
        return Onset(only, only, only, known.onset, known.onset, known.onset_seq)
    best, likely, low = known.starts
    return Onset(best, likely, low, known.onset_low, known.onset_high, known.first_seq)


def _shares(transaction: IncidentTransaction, state: CellState, onset: Onset | None) -> LabelledShares:
    if onset is None:
        return LabelledShares(1.0)
    model = state.cell.model
    predictions, labelled = transaction.predictions_since(model, onset.best.at)
    drawn = transaction.drawn_since(model, onset.best.at, onset.first_seq) if state.bet.weighted else {}
    return labelled_shares(predictions, labelled, drawn, state.labels.min_probability)
