"""What is known of a cell goes in; its verdict comes out, with the reasons.

Where several verdicts hold, the first of `Verdict` counts and the others are among the reasons.
"""

import math
from datetime import timedelta
from enum import StrEnum

import msgspec

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.detectability import fallen_recall, labels_needed
from monitor.domain.judging.reasons import (
    BelowFloor,
    BlindCause,
    FloorTooLow,
    NoAnchor,
    NoMoney,
    OnlyMature,
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
    """In order of precedence."""

    UNANCHORED = "unanchored"
    DEGRADED = "degraded"
    BLIND = "blind"
    STALE = "stale"
    WATCH = "watch"
    OK = "ok"


class Judgement(msgspec.Struct, frozen=True):
    """A verdict and why."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


def lasting_blindness(judgement: Judgement) -> BlindCause | None:
    """What keeps a blind cell from being watched, if it is something that its team can mend."""
    if judgement.verdict is not Verdict.BLIND:
        return None
    if any(isinstance(reason, VerificationBias) for reason in judgement.reasons):
        return BlindCause.VERIFICATION_BIAS
    if any(isinstance(reason, TooFewLabels) for reason in judgement.reasons):
        return BlindCause.TOO_FEW_LABELS
    return None


def silences(judgement: Judgement) -> list[StreamStopped]:
    """Which streams of a cell have stopped, whatever its verdict."""
    return [reason for reason in judgement.reasons if isinstance(reason, StreamStopped)]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a cell at one moment.

    `floor` is None without an active anchor. `evidence` is M, a share of a page, and `money_per_day` what the cell
    gets of a page each day. `outcomes_per_day` is its own rate, and `days_to_page` how long a fall would go unseen
    (infinite: for ever). `bias` says why the labels can't tell recall, `silent` which streams have stopped.
    `maturity` is how old a prediction must be to count, where misses are labelled sooner than hits.
    """

    floor: float | None
    evidence: float = 0.0
    money_per_day: float = 0.0
    paged: bool = False
    outcomes_per_day: float = 0.0
    days_to_page: float = math.inf
    bias: VerificationBias | None = None
    silent: tuple[StreamStopped, ...] = ()
    maturity: timedelta | None = None


def judge(facts: Facts, *, detect_within_days: float) -> Judgement:
    """Say how a cell is doing, and why.

    `degraded`: the bet has won a page and recall has not been won back. `blind`: the labels can't
    tell recall, or a fall could not be seen in time. `stale`: labels or predictions stopped coming. `watch`:
    the bet has won a tenth of what pages.
    """
    if facts.floor is None:
        return Judgement(Verdict.UNANCHORED, (NoAnchor(),))
    evidence = significant(facts.evidence, 2)
    reasons: list[tuple[Verdict, Reason]] = []
    if facts.paged:
        below = BelowFloor(significant(facts.floor, 3), evidence)
        reasons.append((Verdict.DEGRADED, below))
    reasons += [(Verdict.BLIND, reason) for reason in _blindness(facts, facts.floor, detect_within_days)]
    reasons += [(Verdict.STALE, reason) for reason in facts.silent]
    if not facts.paged and facts.evidence >= SUSPECT:
        reasons.append((Verdict.WATCH, Suspicion(evidence)))
    verdict = reasons[0][0] if reasons else Verdict.OK
    if facts.maturity is not None:
        reasons.append((Verdict.OK, OnlyMature(round(facts.maturity / timedelta(days=1), 1))))
    return Judgement(verdict, tuple(reason for _, reason in reasons))


def _blindness(facts: Facts, floor: float, detect_within_days: float) -> list[Reason]:
    if floor < MIN_FLOOR:
        return [FloorTooLow(significant(floor, 3), MIN_FLOOR)]
    reasons: list[Reason] = [facts.bias] if facts.bias is not None else []
    days = facts.days_to_page
    if facts.paged or days <= detect_within_days:
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
