"""What is known of a cell goes in; its verdict comes out, with the reasons.

Where several verdicts hold, the first of `Verdict` counts and the others are among the reasons.
"""

import math
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from monitor.domain.detectability import days_to_page, fallen_recall, labels_a_day_needed
from monitor.domain.floor import MIN_FLOOR


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


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a cell at one moment.

    `floor` is None without an active anchor. `evidence` is M and `threshold` A. `outcomes_per_day` is the
    cell's own rate; `last_label` is when the model last got one.
    """

    floor: float | None
    evidence: float = 0.0
    threshold: float = math.inf
    paged: bool = False
    outcomes_per_day: float = 0.0
    last_label: datetime | None = None


def judge(facts: Facts, now: datetime, *, detect_within_days: float, stale_after_days: float) -> Judgement:
    """Say how a cell is doing, and why.

    `degraded`: the bet has reached its threshold and recall has not been won back. `blind`: a fall could
    not be seen in time. `stale`: no labels lately. `watch`: the bet is half-way in orders of magnitude.
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
    if facts.last_label is not None and now - facts.last_label > timedelta(days=stale_after_days):
        age = (now - facts.last_label) / timedelta(days=1)
        found.append((Verdict.STALE, f"no labels for {age:.1f} days, more than {stale_after_days:g}"))
    if not facts.paged and facts.evidence >= math.sqrt(facts.threshold):
        found.append(
            (
                Verdict.WATCH,
                f"the bet against the promise stands at {facts.evidence:,.0f},"
                f" it pages at {facts.threshold:,.0f}",
            )
        )
    if not found:
        return Judgement(Verdict.OK)
    return Judgement(found[0][0], tuple(reason for _, reason in found))


def _blindness(facts: Facts, detect_within_days: float) -> list[str]:
    if facts.floor is None:
        return []
    if facts.floor < MIN_FLOOR:
        return [f"floor too low: {facts.floor:.3g} is below {MIN_FLOOR:g}, there is no room for a fall"]
    days = days_to_page(facts.threshold, facts.floor, facts.outcomes_per_day)
    if facts.paged or days <= detect_within_days:
        return []
    if math.isinf(facts.threshold):
        return ["no threshold: this cell has no share of the false-page budget"]
    needed = math.ceil(labels_a_day_needed(facts.threshold, facts.floor, detect_within_days) * 10) / 10
    takes = "would never be seen" if math.isinf(days) else f"would take {days:,.0f} days to page"
    return [
        f"too few labels: with {facts.outcomes_per_day:.2g} a day a fall to {fallen_recall(facts.floor):.2f} {takes};"
        f" {needed:g} a day would do it in {detect_within_days:g}"
    ]
