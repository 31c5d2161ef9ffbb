"""Use case 8: what explains an incident. The case file is gathered here; the domain reads it."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from monitor.domain.analysis.beside import beside
from monitor.domain.analysis.casefile import CaseFile, LiveTicket, Member, Sample
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.anchors.worksheet import Worksheet
from monitor.domain.events.types import Model
from monitor.domain.incidents.wrong_labels import elsewhere
from monitor.domain.judging.state import CellState
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.recall.missed import labelled_shares
from monitor.domain.recall.weak import WeakRecall
from monitor.domain.slices.cells import Cell
from monitor.domain.slices.conjunctions import made_by_model, usable
from monitor.domain.telling.caveats import DoubtfulAnchor
from monitor.domain.telling.members import MemberFacts
from monitor.review.corrections import recall_by_corrections
from monitor.review.in_use import cells_in_use
from monitor.review.ports.analyses import AnalysisStore
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.status import CellStatus
from monitor.review.weak_labels import recall_of

AnyTicket = TypeVar("AnyTicket", LiveTicket, Sample)


def gather(
    store: AnalysisStore,
    incident: IncidentStatus,
    cells: Sequence[CellStatus],
    slices: Callable[[Model], Container[str]],
    worksheets: Mapping[str, Worksheet],
    now: datetime,
) -> CaseFile:
    """Everything that an analysis of the incident rests on; its cost is the tickets of its intents.

    `slices` are the names that a model has: of others none is named beside a member.
    """
    by_cell = {status.state.cell: status for status in cells}
    recovered = store.recovered(incident.id)
    used = [status.state for status in cells_in_use(cells, (), slices)]
    return CaseFile(
        incident=incident.id,
        model=incident.model_name,
        deploys=incident.deploys,
        environment=incident.environment,
        state=incident.state,
        opened_at=incident.opened_at,
        closed_at=incident.closed_at,
        history=incident.history,
        made_at=now,
        members=[
            replace(
                _member(
                    store,
                    facts,
                    by_cell.get(facts.cell),
                    [status.state for status in cells],
                    recovered.get(facts.cell, incident.closed_at),
                    worksheets.get(facts.cell.intent),
                ),
                beside=beside(facts.cell, facts.before, used),
            )
            for facts in incident.members
        ],
    )


def _member(
    store: AnalysisStore,
    facts: MemberFacts,
    status: CellStatus | None,
    states: Sequence[CellState],
    until: datetime | None,
    worksheet: Worksheet | None,
) -> Member:
    cell = facts.cell
    labelled, holding = store.tickets(facts.cell, facts.intents), store.holding(cell.model, facts.noticed)
    predictions, covered = store.traffic(cell.model, facts.onset, until)
    weighted = status.state.bet.weighted if status else False
    min_probability = status.state.labels.min_probability if status else 0.01
    drawn = store.drawn(cell.model, facts.onset, until, facts.onset_seq) if weighted else {}
    shares = labelled_shares(predictions, covered, drawn, min_probability)
    promise = None
    if holding.anchor is not None:
        whole = holding.anchor.promise(cell.intent)
        promise = holding.anchor.promise(cell.intent, cell.slice) or whole
        if promise is not None and whole is not None and not promise.grade:  # an audit grades whole intents
            promise = msgspec.structs.replace(
                promise, grade=whole.grade, grade_reasons=whole.grade_reasons, evidence=whole.evidence
            )
    member = Member(
        facts=facts,
        watched=status.state.held.watched if status else None,
        weighted=weighted,
        min_probability=min_probability,
        design_effect=status.state.labels.design_effect if status else 1.0,
        promise=promise or _promise_of(facts),
        tickets=labelled.tickets,
        samples=store.samples(holding.anchor, facts) if holding.anchor is not None else [],
        older_hits=labelled.older_hits,
        older_misses=labelled.older_misses,
        predictions=predictions,
        covered=covered,
        arrived=shares.arrived,
        rarest=shares.rarest,
        until=until,
        held_since=holding.since,
        first_held=holding.first,
        worksheet=worksheet,
        anchored=holding.anchor.provenance.examples if holding.anchor is not None else 0,
        weak=_weak(store, cell, facts.onset, until),
        corrected=_corrected(store, cell, facts.onset, until, min_probability),
        elsewhere=elsewhere(status.state if status else CellState(cell), states, covered, facts.intents),
    )
    return _with_attributes(member)


def _weak(store: AnalysisStore, cell: Cell, onset: datetime, until: datetime | None) -> WeakRecall | None:
    """What programs' labels say of a whole intent since the onset."""
    if cell.slice is not None or cell.group is not None:
        return None
    labelled = store.weak_labels(cell.model, onset, until)
    return None if labelled is None else recall_of(labelled, cell.intent)


def _corrected(
    store: AnalysisStore, cell: Cell, onset: datetime, until: datetime | None, min_probability: float
) -> CorrectedRecall | None:
    """What agents' corrections say of a whole intent since the onset."""
    if cell.slice is not None or cell.group is not None:
        return None
    known = store.corrections(cell.model, onset, until)
    return None if known is None else recall_by_corrections(known, cell.intent, min_probability)


def _with_attributes(member: Member) -> Member:
    """Only what can tell one part of the tickets from another goes into the case file."""
    since = [ticket.slices for ticket in member.since_onset]
    names = usable(since)
    return msgspec.structs.replace(
        member,
        attributes=names,
        refused=sorted({name for each in since for name in each if made_by_model(name)}),
        tickets=[_only(names, ticket) for ticket in member.tickets],
        samples=[_only(names, sample) for sample in member.samples],
    )


def _only(names: Sequence[str], row: AnyTicket) -> AnyTicket:
    slices = {name: row.slices[name] for name in names if name in row.slices}
    return msgspec.structs.replace(row, slices=slices)


def _promise_of(facts: MemberFacts) -> Promise:
    """What the page said of the anchor, where it is not known any more."""
    real = None
    if facts.offline_real is not None and facts.offline_real_support:
        real = Measured(facts.offline_real.value, facts.offline_real_support)
    doubt = next((caveat for caveat in facts.caveats if isinstance(caveat, DoubtfulAnchor)), None)
    return Promise(
        Measured(facts.offline.value, facts.offline_support),
        real,
        grade=doubt.grade.value if doubt is not None else "",
        grade_reasons=(doubt.reason,) if doubt is not None and doubt.reason is not None else (),
    )
