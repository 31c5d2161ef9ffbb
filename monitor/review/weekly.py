"""Use case 9: a week's reliability report, from what the database counted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from monitor.anchors.ports import ListedAnchor
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Model
from monitor.domain.incidents.history import HistoryKind
from monitor.domain.judging.state import CellState, days_observed
from monitor.domain.labelling.agreement import ModelReadings
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.recall.unanswered import Abstentions, Unanswered, abstentions
from monitor.domain.recall.weak import WeakRecall
from monitor.domain.sampling.response import Response
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import WeekDigest
from monitor.domain.telling.notices import Notice
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.news import LabelEveryDrawn
from monitor.domain.weekly.report import (
    WEEKS,
    AnchorWeek,
    IncidentWeek,
    IntentWeek,
    ModelWeek,
    WeekReport,
    trend,
)
from monitor.domain.weekly.slices import SlicesOfIntent
from monitor.review.cell_weeks import of_cell
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.status import CellStatus, ModelLabels
from monitor.review.ports.weeks import WeekStore, WeekTraffic
from monitor.review.week_slices import slices_by_intent
from monitor.settings.settings import Settings


class WeekInputs(NamedTuple):
    """What is known beside the week's own counts: everything as of now."""

    cells: Sequence[CellStatus]
    incidents: Sequence[IncidentStatus]
    labelling: Sequence[ModelLabels]
    judged_at: datetime | None
    released: Mapping[Model, datetime]
    anchors: Sequence[ListedAnchor]
    retired: Set[Model] = frozenset()
    weak: Mapping[Cell, WeakRecall] = MappingProxyType({})
    read_again: Mapping[Model, ModelReadings] = MappingProxyType({})
    skipped: Mapping[Model, Response] = MappingProxyType({})
    corrected: Mapping[Cell, CorrectedRecall] = MappingProxyType({})


def _skipped(model: Model, seen: Response | None) -> LabelEveryDrawn | None:
    if seen is None:
        return None
    return LabelEveryDrawn(model, seen.tickets.labelled, seen.tickets.drawn)


def weekly_report(
    store: WeekStore, week: Week, known: WeekInputs, settings: Settings, now: datetime
) -> WeekReport:
    """What happened in the week, beside the eleven before it. Verdicts are those of the last evaluation.

    An intent is in it that has a cell, whether or not it was labelled in the week; but of a retired version only
    where it had predictions in the week. The cost is one pass of the database over the labelled tickets of twelve
    weeks.
    """
    counts = store.counts(week.before(WEEKS - 1), week, settings.sampling.min_probability)
    traffic, before = store.traffic(week), store.traffic(week.before(1))
    labelled_then = store.labelled_by(week.before(1), now - timedelta(days=7))
    delays = {labels.model: labels.delays.within(0.5) for labels in known.labelling}
    anchors = {
        listed.anchor.model: AnchorWeek(
            listed.anchor.id,
            listed.anchor.provenance.source,
            listed.active_since,
            listed.anchor.provenance.examples,
        )
        for listed in known.anchors
        if listed.active_since
    }
    shown = [
        each
        for each in known.cells
        if each.state.cell.model not in known.retired or each.state.cell.model in traffic
    ]
    slices = slices_by_intent(store, week, shown, settings.slices_of, settings.sampling.min_probability)
    by_model: dict[Model, list[IntentWeek]] = defaultdict(list)
    for status in shown:
        cell = status.state.cell
        if not cell.slice:
            days = days_observed(known.released.get(cell.model), known.judged_at)
            intent = intent_week(status, counts, week, days)
            by_model[cell.model].append(
                replace(
                    intent,
                    slices=slices.get(cell, SlicesOfIntent()),
                    corrected=known.corrected.get(cell),
                    weak=known.weak.get(cell),
                )
            )
    models = [
        ModelWeek(
            model,
            week_traffic.predictions,
            week_traffic.labelled,
            delays.get(model),
            sorted(intents, key=lambda intent: (intent.urgency, intent.cell)),
            (before.get(model, WeekTraffic()).predictions, labelled_then.get(model, 0)),
            anchors.get(model),
            known.released.get(model),
            known.read_again.get(model),
            _skipped(model, known.skipped.get(model)),
            _abstentions(week_traffic, intents),
            _out_of_scope(week, counts.get(Cell(model, NO_INTENT))),
        )
        for model, intents in sorted(by_model.items())
        for week_traffic in [traffic.get(model, WeekTraffic())]
    ]
    incidents = [
        _incident(incident)
        for incident in known.incidents
        if incident.opened_at < week.end and (incident.closed_at is None or incident.closed_at >= week.begin)
    ]
    return WeekReport(
        week,
        now,
        models,
        sorted(incidents, key=lambda incident: incident.number),
        store.pages(week.begin, week.end),
        settings.judge.false_pages_per_year,
        store.pages(week.before(51).begin, week.end),
        judged_at=known.judged_at,
        early=store.early(week),
    )


def _abstentions(traffic: WeekTraffic, intents: Sequence[IntentWeek]) -> Abstentions | None:
    """How often the model gave no answer in the week."""
    counts = ((each.cell, Unanswered(each.now.unanswered, each.now.support)) for each in intents)
    return abstentions(traffic.predictions, traffic.abstained, counts)


def _out_of_scope(week: Week, counts: Mapping[Week, WeekCount] | None) -> Sequence[WeekCount]:
    """The last twelve weeks of tickets of no intent; empty where none of them has one."""
    return trend(week, counts) if counts else ()


def _counts(state: CellState, counts: Mapping[Cell, Mapping[Week, WeekCount]]) -> Mapping[Week, WeekCount]:
    """A cell's weeks; of a group those of its members, added up."""
    members = state.held.members
    if members is None:
        return counts.get(state.cell, {})
    together: dict[Week, WeekCount] = {}
    for intent in members.intents:
        for week, count in counts.get(Cell(state.cell.model, intent), {}).items():
            together[week] = together.get(week, WeekCount()).plus(count)
    return together


def intent_week(
    status: CellStatus, counts: Mapping[Cell, Mapping[Week, WeekCount]], week: Week, days: float
) -> IntentWeek:
    """An intent or a group in the week, with the counts of the twelve that end with it; `days` of labels are known."""
    weeks = trend(week, _counts(status.state, counts))
    state, promise = status.state, status.promise
    return IntentWeek(
        **of_cell(status),
        grade=promise.grade if promise else "",
        trend=weeks,
        unseen_days=state.unseen_days(days) if state.held.watched else None,
    )


def _incident(incident: IncidentStatus) -> IncidentWeek:
    heard = (HistoryKind.ACKNOWLEDGED, HistoryKind.ACKNOWLEDGED_ELSEWHERE)
    acknowledged = next((line.at for line in incident.history if line.what in heard), None)
    first = min(incident.members, key=lambda member: member.noticed, default=None)
    return IncidentWeek(
        incident.id,
        f"{incident.model_name} ({incident.environment})",
        incident.state,
        incident.opened_at,
        incident.closed_at,
        [str(member.cell) for member in incident.members],
        first.noticed - first.onset if first else None,
        acknowledged - incident.opened_at if acknowledged else None,
        incident.closed_at - incident.opened_at if incident.closed_at else None,
        incident.history,
    )


def digest_notice(week: Week, lines: Sequence[tuple[str, str]], url: str, at: datetime) -> Notice:
    """What is sent of a week's report, as (heading, line), with a link. The same week has the same id."""
    address = f"{url.rstrip('/')}/reliability-{week}.html" if url else ""
    return Notice.of_week(WeekDigest(week=str(week), lines=lines, url=address), at)
