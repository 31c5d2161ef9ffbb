"""What is known of a cell goes in; its verdict and its coverage come out, with the reasons.

The verdict says what the evidence says, the coverage what could be seen: a cell may be both a suspect and blind.
"""

import math
from datetime import timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.detectability import fallen_recall, labels_needed
from monitor.domain.judging.reasons import (
    BelowFloor,
    BlindCause,
    CutWeights,
    FloorTooLow,
    MissesDoubted,
    NoAnchor,
    NoMoney,
    OnlyMature,
    PageEnded,
    Reason,
    StreamStopped,
    Suspicion,
    TooFewLabels,
    VerificationBias,
    significant,
)

SUSPECT = 0.1
"""The share of a page from which on a cell is a suspect."""


class Verdict(StrEnum):
    """What the evidence says of a cell: the first that holds.

    `ok` is the want of evidence against it: how much that means, its coverage says.
    """

    UNANCHORED = "unanchored"
    DEGRADED = "degraded"
    SUSPECT = "suspect"
    OK = "ok"


class Coverage(StrEnum):
    """Whether a fall of a cell could be seen: the first that holds. `none`: it has no floor to fall below."""

    NONE = "none"
    BLIND = "blind"
    STALE = "stale"
    SEEN = "seen"


class Judgement(msgspec.Struct, frozen=True):
    """What the evidence says of a cell, what could be seen of it, and why; the verdict's reason first."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    coverage: Coverage = Coverage.SEEN


_BLINDING: dict[type, BlindCause] = {
    VerificationBias: BlindCause.VERIFICATION_BIAS,
    CutWeights: BlindCause.CUT_WEIGHTS,
    FloorTooLow: BlindCause.FLOOR_TOO_LOW,
    NoMoney: BlindCause.NO_MONEY,
    TooFewLabels: BlindCause.TOO_FEW_LABELS,
}


_CAUSES = list(BlindCause)


def blindness(judgement: Judgement) -> tuple[BlindCause, Reason] | None:
    """Why a cell is blind, the first cause of `BlindCause`; None where it is not, or an earlier version judged it."""
    blinding = [(_BLINDING[type(why)], why) for why in judgement.reasons if type(why) in _BLINDING]
    return min(blinding, key=lambda pair: _CAUSES.index(pair[0])) if blinding else None


def page_ended(judgement: Judgement) -> Judgement:
    """The judgement of a degraded cell from when a person ended its page, until the next evaluation."""
    if judgement.verdict is not Verdict.DEGRADED:
        return judgement
    return replace(judgement, verdict=Verdict.OK, reasons=(PageEnded(), *judgement.reasons[1:]))


def lasting_blindness(judgement: Judgement) -> tuple[BlindCause, Reason] | None:
    """What keeps a cell from being watched, if it is something that its team can mend; None of a degraded one."""
    blind = blindness(judgement) if judgement.verdict is not Verdict.DEGRADED else None
    mended = (BlindCause.VERIFICATION_BIAS, BlindCause.CUT_WEIGHTS, BlindCause.TOO_FEW_LABELS)
    return blind if blind and blind[0] in mended else None


def silences(judgement: Judgement) -> list[StreamStopped]:
    """Which streams of a cell have stopped, whatever its verdict."""
    return [reason for reason in judgement.reasons if isinstance(reason, StreamStopped)]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a cell at one moment.

    `floor` is None without an active anchor. `evidence` is M, a share of a page, and `money_per_day` what the cell
    gets of a page each day. `outcomes_per_day` is its own rate, and `days_to_page` how long a fall would go unseen
    (infinite: for ever). `bias` says why the labels can't tell recall, `cut` which are not bet on for their
    weights, `silent` which streams have stopped.
    `maturity` is how old a prediction must be to count, where misses are labelled sooner than hits. `doubted` says how
    far misses that one person read are believed, where that is not wholly.
    """

    floor: float | None
    evidence: float = 0.0
    money_per_day: float = 0.0
    paged: bool = False
    outcomes_per_day: float = 0.0
    days_to_page: float = math.inf
    bias: VerificationBias | None = None
    cut: CutWeights | None = None
    silent: tuple[StreamStopped, ...] = ()
    maturity: timedelta | None = None
    doubted: MissesDoubted | None = None


def judge(facts: Facts, *, detect_within_days: float) -> Judgement:
    """Say how a cell is doing, how well that can be seen, and why.

    `degraded`: the bet has won a page and recall has not been won back. `suspect`: it has won a tenth of one, however
    little else can be seen. `blind`: the labels can't tell recall, or a fall could not be seen in time. `stale`: labels
    or predictions stopped coming.
    """
    if facts.floor is None:
        return Judgement(Verdict.UNANCHORED, (NoAnchor(),), Coverage.NONE)
    evidence = significant(facts.evidence, 2)
    verdict, says = Verdict.OK, list[Reason]()
    if facts.paged:
        verdict, says = Verdict.DEGRADED, [BelowFloor(significant(facts.floor, 3), evidence)]
    elif facts.evidence >= SUSPECT:
        verdict, says = Verdict.SUSPECT, [Suspicion(evidence)]
    blind = _blindness(facts, facts.floor, detect_within_days)
    coverage = Coverage.BLIND if blind else Coverage.STALE if facts.silent else Coverage.SEEN
    mature: list[Reason] = (
        [OnlyMature(round(facts.maturity / timedelta(days=1), 1))] if facts.maturity is not None else []
    )
    doubted: list[Reason] = [facts.doubted] if facts.doubted is not None else []
    return Judgement(verdict, (*says, *blind, *facts.silent, *mature, *doubted), coverage)


def _blindness(facts: Facts, floor: float, detect_within_days: float) -> list[Reason]:
    if floor < MIN_FLOOR:
        return [FloorTooLow(significant(floor, 3), MIN_FLOOR)]
    reasons: list[Reason] = [reason for reason in (facts.bias, facts.cut) if reason is not None]
    days = facts.days_to_page
    if facts.paged or facts.cut is not None or days <= detect_within_days:
        return reasons
    if not facts.money_per_day:
        return [*reasons, NoMoney()]
    needed = labels_needed(facts.money_per_day, floor, detect_within_days, facts.outcomes_per_day, days)
    few = TooFewLabels(
        per_day=significant(facts.outcomes_per_day, 2),
        fallen=round(fallen_recall(floor), 2),
        days=round(days, 0) if math.isfinite(days) else None,
        needed=math.ceil(needed * 10) / 10,
        within=detect_within_days,
    )
    return [*reasons, few]
