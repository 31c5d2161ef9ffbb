"""What is known of a cell goes in; its verdict comes out, with the reasons.

Where several verdicts hold, the first of `Verdict` counts and the others are among the reasons.
"""

import math
from datetime import timedelta
from enum import StrEnum

import msgspec

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.detectability import days_to_page, fallen_recall, labels_a_day_needed

VERIFICATION_BIAS = "verification bias"
TOO_FEW_LABELS = "too few labels"


class Verdict(StrEnum):
    """In order of precedence."""

    UNANCHORED = "unanchored"
    DEGRADED = "degraded"
    BLIND = "blind"
    STALE = "stale"
    WATCH = "watch"
    OK = "ok"


class Judgement(msgspec.Struct, frozen=True):
    """A verdict and why, in words for people."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


def lasting_blindness(judgement: Judgement) -> str:
    """What keeps a blind cell from being watched, if it is something that its team can mend; else nothing."""
    if judgement.verdict is not Verdict.BLIND:
        return ""
    for cause in (VERIFICATION_BIAS, TOO_FEW_LABELS):
        if any(reason.startswith(cause) for reason in judgement.reasons):
            return cause
    return ""


def silences(judgement: Judgement) -> list[str]:
    """Which streams of a cell have stopped, whatever its verdict."""
    return [reason for reason in judgement.reasons if reason.startswith(("no labels", "no predictions"))]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a cell at one moment.

    `floor` is None without an active anchor. `evidence` is M and `threshold` A. `outcomes_per_day` is the
    cell's own rate, and `days_to_page` how long a fall would go unseen. `unknown` says why the labels can't
    tell recall, `silent` which streams have stopped; both are empty where all is well. `maturity` is how old
    a prediction must be to count, where misses are labelled sooner than hits.
    """

    floor: float | None
    evidence: float = 0.0
    threshold: float = math.inf
    paged: bool = False
    outcomes_per_day: float = 0.0
    days_to_page: float | None = None
    unknown: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    maturity: timedelta | None = None


def judge(facts: Facts, *, detect_within_days: float) -> Judgement:
    """Say how a cell is doing, and why.

    `degraded`: the bet has reached its threshold and recall has not been won back. `blind`: the labels can't
    tell recall, or a fall could not be seen in time. `stale`: labels or predictions stopped coming. `watch`:
    the bet is half-way in orders of magnitude.
    """
    if facts.floor is None:
        return Judgement(Verdict.UNANCHORED, ("no active anchor for this cell: import one and activate it",))
    found: list[tuple[Verdict, str]] = []
    if facts.paged:
        found.append(
            (
                Verdict.DEGRADED,
                f"recall is below the floor {facts.floor:.3g}: the bet against the"
                f" promise won {facts.evidence:,.0f}, it pages at {facts.threshold:,.0f}",
            )
        )
    found += [(Verdict.BLIND, reason) for reason in _blindness(facts, detect_within_days)]
    found += [(Verdict.STALE, reason) for reason in facts.silent]
    if not facts.paged and facts.evidence >= math.sqrt(facts.threshold):
        found.append(
            (
                Verdict.WATCH,
                f"the bet against the promise stands at {facts.evidence:,.0f},"
                f" it pages at {facts.threshold:,.0f}",
            )
        )
    verdict = found[0][0] if found else Verdict.OK
    reasons = [reason for _, reason in found]
    if facts.maturity is not None:
        reasons.append(
            "misses are labelled sooner than hits: only predictions older than"
            f" {facts.maturity / timedelta(days=1):.1f} days are judged"
        )
    return Judgement(verdict, tuple(reasons))


def _blindness(facts: Facts, detect_within_days: float) -> list[str]:
    if facts.floor is None:
        return []
    if facts.floor < MIN_FLOOR:
        return [f"floor too low: {facts.floor:.3g} is below {MIN_FLOOR:g}, there is no room for a fall"]
    found = [f"{VERIFICATION_BIAS}: {'; '.join(facts.unknown)}"] if facts.unknown else []
    days = facts.days_to_page
    if days is None:
        days = days_to_page(facts.threshold, facts.floor, facts.outcomes_per_day)
    if facts.paged or days <= detect_within_days:
        return found
    if math.isinf(facts.threshold):
        return [*found, "no threshold: this cell has no share of the false-page budget"]
    needed = labels_a_day_needed(facts.threshold, facts.floor, detect_within_days)
    if facts.outcomes_per_day > 0 and math.isfinite(days):
        needed = facts.outcomes_per_day * days / detect_within_days  # as these labels are weighed
    needed = math.ceil(needed * 10) / 10
    takes = "would never be seen" if math.isinf(days) else f"would take {days:,.0f} days to page"
    return [
        *found,
        f"{TOO_FEW_LABELS}: with {facts.outcomes_per_day:.2g} a day a fall to"
        f" {fallen_recall(facts.floor):.2f} {takes}; {needed:g} a day would do it in {detect_within_days:g}",
    ]
