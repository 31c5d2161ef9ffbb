"""Use case 8: what explains an incident. The case file is gathered here; `monitor.domain.analysis` reads it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from monitor.domain.analysis import Analysis, analyze
from monitor.domain.anchors import Measured, Promise
from monitor.domain.casefile import CaseFile, Event, Member
from monitor.domain.events import Model
from monitor.domain.notices import MemberFacts
from monitor.domain.worksheet import Worksheet
from monitor.ports import AnalysisStore, CellStatus, IncidentStatus, ListedAnchor

_OPENINGS = ("opened", "reopened")


def gather(
    store: AnalysisStore,
    incident: IncidentStatus,
    cells: Sequence[CellStatus],
    anchors: Sequence[ListedAnchor],
    worksheets: Mapping[str, Worksheet],
    false_pages_per_year: float,
    now: datetime,
) -> CaseFile:
    """Everything that an analysis of the incident rests on; its cost is the tickets of its intents."""
    by_cell = {status.state.cell: status for status in cells}
    held = {listed.anchor.model: listed.active_since for listed in anchors if listed.active_since}
    return CaseFile(
        incident=incident.id,
        model=incident.model_name,
        environment=incident.environment,
        state=incident.state,
        opened_at=incident.opened_at,
        closed_at=incident.closed_at,
        history=[Event(*line) for line in incident.history],
        made_at=now,
        false_pages_per_year=false_pages_per_year,
        members=[
            _member(store, facts, by_cell.get(facts.cell), held, worksheets.get(facts.cell.intent))
            for facts in incident.members
        ],
    )


def explain_new(
    store: AnalysisStore, incidents: Sequence[IncidentStatus], case_of: Callable[[IncidentStatus], CaseFile]
) -> list[Analysis]:
    """Analyze and keep what was opened, or reopened, and has no analysis since."""
    made = []
    for incident in incidents:
        kept = store.kept(incident.id)
        if kept is None or _openings(kept.history) < _openings(incident.history):
            made.append(analyze(case_of(incident)))
            store.keep(made[-1])
    return made


def _openings(history: Sequence[tuple[datetime, str, str, str]]) -> int:
    return sum(what in _OPENINGS for _, _, what, _ in history)


def _member(
    store: AnalysisStore,
    facts: MemberFacts,
    status: CellStatus | None,
    held: Mapping[Model, datetime],
    worksheet: Worksheet | None,
) -> Member:
    cell = facts.cell
    found = store.tickets(cell)
    days = store.days(cell.model)
    return Member(
        facts=facts,
        watched=status.state.watched if status else "",
        weighted=status.state.weighted if status else False,
        min_probability=status.state.min_probability if status else 0.01,
        promise=(status.promise if status else None) or _as_told(facts),
        tickets=found.tickets,
        samples=store.samples(cell),
        older_hits=found.older_hits,
        older_misses=found.older_misses,
        labelled_share=store.labelled_share(cell.model, facts.onset),
        held_since=held.get(cell.model),
        days=days,
        worksheet=worksheet,
    )


def _as_told(facts: MemberFacts) -> Promise:
    """What the page said of the anchor, where that is no longer the active one."""
    real = None
    if facts.offline_real is not None and facts.offline_real_support:
        real = Measured(facts.offline_real.value, facts.offline_real_support)
    return Promise(Measured(facts.offline.value, facts.offline_support), real)
