"""The incident analysis: a case file in; where, since when, whom, why, and whether the anchor deserved belief out.

Pure: the same case file gives the same analysis, to the last bit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import numpy as np

from monitor.domain.casefile import CaseFile, Event, Member, Sample, Ticket
from monitor.domain.causes import Cause, explain
from monitor.domain.cells import Cell
from monitor.domain.conjunctions import made_by_model, tickets
from monitor.domain.descriptors import Descriptors
from monitor.domain.facts import offline_estimate
from monitor.domain.fingerprint import Apart, Difference, differences, tell_descriptors_apart
from monitor.domain.lifecycle import Stage, lifecycle
from monitor.domain.notices import Estimate
from monitor.domain.noticing import Noticing, noticing
from monitor.domain.timeline import Delays, Step, delays, timeline
from monitor.domain.touched import recall_of, tickets_missed

SEED = 1  # the same incident gives the same answer
LOOKED_AT = 50_000  # the newest labelled tickets since the onset that are searched for causes


class Shift(msgspec.Struct, frozen=True):
    """How many misses went to one intent: live since the onset, and of the anchor's own examples."""

    intent: str
    live: int
    live_share: float
    offline: int
    offline_share: float


class Style(msgspec.Struct, frozen=True):
    """Described tickets of two kinds held against each other, the most telling descriptor first.

    `apart` is how well a classifier tells the two from each other by all descriptors together; None where a side
    has too few.
    """

    left: int
    right: int
    looks: Sequence[Difference]
    apart: Apart | None = None


class MemberAnalysis(msgspec.Struct, frozen=True, kw_only=True):
    """One broken cell.

    `recent` is the recall of its `labelled` tickets since the onset, `missed` of them missed; `touched` about how
    many tickets of the intent were missed since then, the unlabelled ones too. `offline` is the anchor's recall,
    `offline_real` that of its real examples. `attributes` could explain the misses, `refused` are the model's own
    word and may not; `compared` anchor examples carry any of the attributes. `predictions` and `covered` are the
    version's predictions since the onset and how many are labelled. `missed_style` holds missed tickets (left)
    against hit ones, `anchor_style` missed tickets against the anchor's examples.
    """

    cell: Cell
    onset: datetime
    noticed: datetime
    labelled: int
    missed: int
    recent: Estimate
    since_release: Estimate
    touched: Estimate
    offline: Estimate
    offline_support: int
    offline_real: Estimate | None
    offline_real_support: int
    floor: float
    grade: str
    grade_reasons: Sequence[str]
    timeline: Sequence[Step]
    delays: Delays
    predictions: int
    covered: int
    shifts: Sequence[Shift]
    attributes: Sequence[str]
    refused: Sequence[str]
    compared: int
    causes: Sequence[Cause]
    missed_style: Style | None
    anchor_style: Style | None
    noticing: Noticing
    lifecycle: Sequence[Stage]


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """A whole incident as it was understood at `made_at`, its members worst first."""

    incident: int
    model: str
    environment: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    made_at: datetime
    history: Sequence[Event]
    members: Sequence[MemberAnalysis]


def analyze(case: CaseFile) -> Analysis:
    """Analyze every member. Costs: a second or two each, mostly permutations."""
    found = [_member(member) for member in case.members]
    return Analysis(
        incident=case.incident,
        model=case.model,
        environment=case.environment,
        state=case.state,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        made_at=case.made_at,
        history=case.history,
        members=sorted(found, key=lambda one: (one.recent.value - one.floor, one.cell)),
    )


def _member(member: Member) -> MemberAnalysis:
    facts, promise = member.facts, member.promise
    since = [one for one in member.tickets if one.seq >= facts.onset_seq]
    recent = recall_of(since, weighted=member.weighted, min_probability=member.min_probability)
    steps = timeline(
        member.tickets,
        facts.onset_seq,
        facts.page_seq,
        weighted=member.weighted,
        min_probability=member.min_probability,
        older=(member.older_hits, member.older_misses),
    )
    causes, attributes, refused, compared = _causes(since, member.samples)
    onset = facts.onset
    days = [day for day in member.days if day.day >= onset.date()]
    real = promise.real if promise.real and promise.real.support else None
    sooner = noticing(member, since, recent.recall)
    return MemberAnalysis(
        cell=facts.cell,
        onset=onset,
        noticed=facts.noticed,
        labelled=len(since),
        missed=sum(not one.hit for one in since),
        recent=Estimate(recent.recall or 0.0, *recent.interval),
        since_release=Estimate(steps[-1].recall, steps[-1].low, steps[-1].high) if steps else facts.live,
        touched=tickets_missed(since, recent, member.labelled_share, member.min_probability),
        offline=offline_estimate(promise.shipped),
        offline_support=promise.shipped.support,
        offline_real=offline_estimate(real) if real else None,
        offline_real_support=real.support if real else 0,
        floor=facts.floor,
        grade=promise.grade,
        grade_reasons=promise.grade_reasons,
        timeline=steps,
        delays=delays(member.tickets, facts.onset_seq),
        predictions=sum(day.predictions for day in days),
        covered=sum(day.labelled for day in days),
        shifts=_shifts(since, promise.misses_to),
        attributes=attributes,
        refused=refused,
        compared=compared,
        causes=causes,
        missed_style=_style(
            [one.descriptors for one in since if not one.hit], [one.descriptors for one in since if one.hit]
        ),
        anchor_style=_style(
            [one.descriptors for one in since if not one.hit], [one.descriptors for one in member.samples]
        ),
        noticing=sooner,
        lifecycle=lifecycle(member, since, sooner),
    )


def _causes(
    since: Sequence[Ticket], samples: Sequence[Sample]
) -> tuple[list[Cause], list[str], list[str], int]:
    """The slices that explain the misses; the attributes that could, those that may not, and the samples compared."""
    looked_at = since[-LOOKED_AT:]
    refused = sorted({name for one in looked_at for name in one.slices if made_by_model(name)})
    live = tickets([_known(one.slices) for one in looked_at], [not one.hit for one in looked_at])
    anchor = tickets([_known(one.slices) for one in samples], [not one.hit for one in samples])
    # An anchor whose examples carry none of these attributes can tell nothing of them.
    told = anchor if set(anchor.names) & set(live.names) else None
    causes = explain(live, told, rng=np.random.default_rng(SEED)) if live.names else []
    return causes, list(live.names), refused, len(samples) if told else 0


def _known(slices: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in slices.items() if not made_by_model(name)}


def _shifts(since: Sequence[Ticket], offline: Mapping[str, int]) -> list[Shift]:
    """Where the misses went, most first, against where the anchor's went."""
    live = Counter(one.predicted for one in since if not one.hit)
    all_live, all_offline = max(live.total(), 1), max(sum(offline.values()), 1)
    return [
        Shift(intent, live[intent], live[intent] / all_live, before, before / all_offline)
        for intent in sorted({*live, *offline}, key=lambda name: (-live[name], -offline.get(name, 0), name))
        for before in [offline.get(intent, 0)]
    ]


def _style(left: Sequence[Descriptors | None], right: Sequence[Descriptors | None]) -> Style | None:
    """None where a side has no described ticket."""
    one, two = ([seen for seen in side if seen is not None] for side in (left, right))
    if not one or not two:
        return None
    return Style(len(one), len(two), differences(one, two), tell_descriptors_apart(one, two, SEED, rounds=0))
