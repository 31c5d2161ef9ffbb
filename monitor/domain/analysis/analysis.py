"""The incident analysis: a case file in; where, since when, whom, why, and whether the anchor deserved belief out.

Pure: the same case file gives the same analysis, to the last bit.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import numpy as np

from monitor.domain.analysis.beside import Beside
from monitor.domain.analysis.casefile import CaseFile, LiveTicket, Member, Sample
from monitor.domain.analysis.lifecycle import Lifecycle, lifecycle
from monitor.domain.analysis.noticing import Noticing, noticing
from monitor.domain.analysis.ticket_columns import TicketColumns
from monitor.domain.analysis.timeline import LabelDelays, Step, delays, timeline
from monitor.domain.analysis.voices import voices
from monitor.domain.anchors.grade_reasons import GradeReason
from monitor.domain.incidents.deploys import Deploy
from monitor.domain.incidents.facts import offline_estimate
from monitor.domain.incidents.history import HistoryLine
from monitor.domain.incidents.wrong_labels import wrong_labels
from monitor.domain.recall.estimate import Estimate, Method
from monitor.domain.recall.missed import recall_since_alarm, tickets_missed
from monitor.domain.slices.causes import Cause, explain
from monitor.domain.slices.cells import Cell
from monitor.domain.slices.conjunctions import numbered
from monitor.domain.telling.caveats import WrongLabels
from monitor.domain.text.apart import Apart, DescriptorDifference
from monitor.domain.text.descriptors import Descriptors
from monitor.domain.text.fingerprint import differences, tell_descriptors_apart

SEED = 1  # the same incident gives the same answer


class Shift(msgspec.Struct, frozen=True):
    """How many misses went to one intent: live since the onset, and of the anchor's own examples."""

    intent: str
    live: int
    live_share: float
    offline: int
    offline_share: float


class Style(msgspec.Struct, frozen=True):
    """Described tickets of two kinds held against each other, the most telling descriptor first.

    A customer's tickets of one kind are one row, their mean: `left` and `right` count rows. `apart` is how well a
    classifier tells the two from each other by all descriptors together; None where a side has too few.
    """

    left: int
    right: int
    looks: Sequence[DescriptorDifference]
    apart: Apart | None = None


class MemberAnalysis(msgspec.Struct, frozen=True, kw_only=True):
    """One broken cell.

    `recent` is the recall of its `labelled` tickets predicted from the onset until it was over, `missed` of them missed
    (None where every label was taken back), with an interval made by `recent_method`; the onset lies between
    `onset_low` and `onset_high` (None: a version before this one paged); `touched` about how many tickets of the intent
    were missed in that time, also those without a label, or whose label is still to come. `since_release` is of all its
    labels; with `weighted` labels its interval is that of one look. `offline` is the anchor's recall, `offline_real`
    that of its real examples. `attributes` could explain the misses, `refused` are the model's own word and may not;
    `compared` anchor examples carry any of the attributes. `left_out` older tickets only count. Of the version's
    `predictions` in that time `covered` are labelled. `missed_style` holds missed tickets (left) against hit ones,
    `anchor_style` missed tickets against the anchor's examples. `wrong_labels` would explain all of the fall; None
    where none would, or labels count by weights. `beside` are its slices that broke, and the other values of its own.
    """

    cell: Cell
    onset: datetime
    noticed: datetime
    until: datetime | None
    weighted: bool
    labelled: int
    missed: int
    recent: Estimate | None
    since_release: Estimate | None
    touched: Estimate | None
    offline: Estimate
    offline_support: int
    offline_real: Estimate | None
    offline_real_support: int
    floor: float
    grade: str
    grade_reasons: Sequence[GradeReason]
    timeline: Sequence[Step]
    delays: LabelDelays
    predictions: int
    covered: int
    shifts: Sequence[Shift]
    attributes: Sequence[str]
    refused: Sequence[str]
    compared: int
    left_out: int
    causes: Sequence[Cause]
    missed_style: Style | None
    anchor_style: Style | None
    noticing: Noticing
    lifecycle: Lifecycle
    wrong_labels: WrongLabels | None = None
    recent_method: Method = Method.ONE_LOOK
    onset_low: datetime | None = None
    onset_high: datetime | None = None
    beside: Beside = Beside()


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """A whole incident as it was understood at `made_at`, its members worst first."""

    incident: int
    model: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    made_at: datetime
    history: Sequence[HistoryLine]
    members: Sequence[MemberAnalysis]
    deploys: Sequence[Deploy] = ()


def analyze(case: CaseFile) -> Analysis:
    """Analyze every member. Costs: a second or two each, mostly permutations."""
    members = [_member(member) for member in case.members]
    return Analysis(
        incident=case.incident,
        model=case.model,
        environment=case.environment,
        state=case.state,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        made_at=case.made_at,
        history=case.history,
        deploys=case.deploys,
        members=sorted(members, key=_worst_first),
    )


def _worst_first(member: MemberAnalysis) -> tuple[float, Cell]:
    return (member.recent.value - member.floor if member.recent else math.inf, member.cell)


def _member(member: Member) -> MemberAnalysis:
    facts, promise, since = member.facts, member.promise, member.since_onset
    recent = recall_since_alarm(
        since,
        [member.predicted_since(start) for start in member.widest],
        weighted=member.weighted,
        min_probability=member.min_probability,
        design_effect=member.design_effect,
    )
    columns = TicketColumns.of(member.tickets)
    steps = timeline(
        columns,
        facts.onset_seq,
        facts.page_seq,
        weighted=member.weighted,
        min_probability=member.min_probability,
        design_effect=member.design_effect,
        older=(member.older_hits, member.older_misses),
    )
    causes, compared = _causes(member.attributes, since, member.samples)
    real = promise.real if promise.real and promise.real.support else None
    missed = voices(ticket for ticket in since if not ticket.hit)
    sooner = noticing(member, since, recent.value if since else None)
    return MemberAnalysis(
        cell=facts.cell,
        onset=facts.onset,
        onset_low=facts.onset_low,
        onset_high=facts.onset_high,
        noticed=facts.noticed,
        until=member.until,
        weighted=member.weighted,
        labelled=len(since),
        missed=sum(not ticket.hit for ticket in since),
        recent=recent if since else None,
        recent_method=Method.CHOSEN_BY_ALARM,
        since_release=Estimate(steps[-1].recall, steps[-1].low, steps[-1].high) if steps else None,
        touched=_touched(member, since) if since else None,
        offline=offline_estimate(promise.shipped),
        offline_support=promise.shipped.support,
        offline_real=offline_estimate(real) if real else None,
        offline_real_support=real.support if real else 0,
        floor=facts.floor,
        grade=promise.grade,
        grade_reasons=promise.grade_reasons,
        timeline=steps,
        delays=delays(columns, member.starts[0]),
        predictions=member.predictions,
        covered=member.covered,
        shifts=_shifts(since, promise.misses_to),
        attributes=member.attributes,
        refused=member.refused,
        compared=compared,
        left_out=member.older_hits + member.older_misses,
        causes=causes,
        missed_style=_style(missed, voices(ticket for ticket in since if ticket.hit)),
        anchor_style=_style(
            missed, [sample.descriptors for sample in member.samples if sample.descriptors is not None]
        ),
        noticing=sooner,
        lifecycle=lifecycle(member, since),
        wrong_labels=_wrong_labels(member, since),
        beside=member.beside,
    )


def _wrong_labels(member: Member, since: Sequence[LiveTicket]) -> WrongLabels | None:
    if member.weighted:
        return None
    before = Counter(
        ticket.predicted
        for ticket in member.tickets
        if not (ticket.hit or member.starts[0].begins(ticket.ts, ticket.seq))
    )
    usual = before + Counter(member.promise.misses_to)
    recall = member.facts.offline.value
    return wrong_labels(since, recall, usual, member.elsewhere, member.design_effect)


def _touched(member: Member, since: Sequence[LiveTicket]) -> Estimate:
    shares, weighted, least = member.shares, member.weighted, member.min_probability
    return tickets_missed(
        [shares.of(ticket, weighted=weighted, min_probability=least) for ticket in since if not ticket.hit],
        shares.least(weighted=weighted, min_probability=least),
    )


def _causes(
    names: Sequence[str], since: Sequence[LiveTicket], samples: Sequence[Sample]
) -> tuple[list[Cause], int]:
    """The slices that explain the misses, and how many samples carry any of these attributes."""
    if not names:
        return [], 0
    missed, customers = [not ticket.hit for ticket in since], [ticket.customer for ticket in since]
    live = numbered(names, [ticket.slices for ticket in since], missed, customers)
    carried = [name for name in names if any(name in sample.slices for sample in samples)]
    anchor = numbered(carried, [sample.slices for sample in samples], [not sample.hit for sample in samples])
    # An anchor whose examples carry none of these attributes can tell nothing of them.
    causes = explain(live, anchor if carried else None, rng=np.random.default_rng(SEED))
    return causes, len(samples) if carried else 0


def _shifts(since: Sequence[LiveTicket], offline: Mapping[str, int]) -> list[Shift]:
    """Where the misses went, most first, against where the anchor's went."""
    live = Counter(ticket.predicted for ticket in since if not ticket.hit)
    all_live, all_offline = max(live.total(), 1), max(sum(offline.values()), 1)
    return [
        Shift(intent, live[intent], live[intent] / all_live, before, before / all_offline)
        for intent in sorted({*live, *offline}, key=lambda name: (-live[name], -offline.get(name, 0), name))
        for before in [offline.get(intent, 0)]
    ]


def _style(first: Sequence[Descriptors], second: Sequence[Descriptors]) -> Style | None:
    """None where a side has no described ticket."""
    if not first or not second:
        return None
    apart = tell_descriptors_apart(first, second, SEED, rounds=0)
    return Style(len(first), len(second), differences(first, second), apart)
