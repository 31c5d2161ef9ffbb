"""What should keep a generated set's numbers from being believed: a worksheet in, its red flags out.

What can be measured is checked against the imported anchor, rather than believed. The flags are put into words by
`reports.words.worksheet`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.grade_reasons import GradeReason
from monitor.domain.anchors.promise import Promise
from monitor.domain.anchors.worksheet import BlastRadius, MeasuredOn, Worksheet

ENOUGH = 30  # real examples, of an intent: fewer can't tell .88 from .70


class Missing(StrEnum):
    """What the worksheet, or the anchor of an intent that it names, does not have."""

    INTENTS = "intents"
    GAP = "gap"
    LOOKS_OF_REAL_TICKETS = "looks_of_real_tickets"
    TARGET = "target"
    CRITERION = "criterion"
    BLAST_RADIUS = "blast_radius"
    OWNER = "owner"
    EVIDENCE_FOR_THE_RISK = "evidence_for_the_risk"  # the blast radius is high, and another flag is there
    MEASUREMENT = "measurement"
    ORIGINS = "origins"
    AUDIT = "audit"  # that would bear out that real tickets are characterised


class FewHeldAside(NamedTuple):
    """Fewer real examples are held aside than the `needed`."""

    held: int
    needed: int


class NotOnReal(NamedTuple):
    """Success is measured on something else than real examples."""

    measured_on: MeasuredOn


class FewerMeasured(NamedTuple):
    """The file claims more real examples held aside than the anchor was measured on."""

    claimed: int
    measured: int


class MeasuredOnGenerated(NamedTuple):
    """The file says that success is measured on real examples; so many of the anchor's `support` are generated."""

    generated: int
    support: int
    recall: float
    real_recall: float


class UntrustedAnchor(NamedTuple):
    """The file says that real tickets are characterised; the anchor is untrusted, for these reasons."""

    because: tuple[GradeReason, ...]


FlagReason = Missing | FewHeldAside | NotOnReal | FewerMeasured | MeasuredOnGenerated | UntrustedAnchor


class RedFlag(NamedTuple):
    """A question of the worksheet, or an intent, and why it is a flag."""

    where: str
    why: FlagReason


def red_flags(worksheet: Worksheet, measured: Mapping[str, Promise] | None = None) -> list[RedFlag]:
    """Everything that should keep the set's numbers from being believed; nothing where all is well.

    `measured` are an anchor's promises by intent, where one is imported: what they say holds against the file.
    """
    reality, success = worksheet.anchored_reality, worksheet.success_criterion
    flags = list(_unanswered(worksheet))
    if not reality.real_distribution_characterized:
        flags.append(
            RedFlag("anchored_reality.real_distribution_characterized", Missing.LOOKS_OF_REAL_TICKETS)
        )
    if reality.real_examples_held_aside < ENOUGH:
        few = FewHeldAside(reality.real_examples_held_aside, ENOUGH)
        flags.append(RedFlag("anchored_reality.real_examples_held_aside", few))
    if success.measured_on is not MeasuredOn.REAL:
        flags.append(RedFlag("success_criterion.measured_on", NotOnReal(success.measured_on)))
    flags += _against(worksheet, measured) if measured is not None else []
    unsure = len(flags) > 0
    if worksheet.failure_if_wrong.blast_radius is BlastRadius.HIGH and unsure:
        flags.append(RedFlag("failure_if_wrong.blast_radius", Missing.EVIDENCE_FOR_THE_RISK))
    return flags


def flags_of_audited(worksheet: Worksheet, audited: Mapping[str, Promise]) -> list[RedFlag]:
    """The red flags of a set, held against what an audit measured; nothing where it audited none of its intents."""
    intents = tuple(intent for intent in worksheet.intents if intent in audited)
    return red_flags(msgspec.structs.replace(worksheet, intents=intents), audited) if intents else []


def _unanswered(worksheet: Worksheet) -> list[RedFlag]:
    failure = worksheet.failure_if_wrong
    asked = [
        ("intents", bool(worksheet.intents), Missing.INTENTS),
        (
            "why_are_we_generating.gap_described",
            bool(worksheet.why_are_we_generating.gap_described.strip()),
            Missing.GAP,
        ),
        (
            "anchored_reality.target_to_match",
            _known(worksheet.anchored_reality.target_to_match),
            Missing.TARGET,
        ),
        ("success_criterion.should_be", _known(worksheet.success_criterion.should_be), Missing.CRITERION),
        (
            "failure_if_wrong.blast_radius",
            failure.blast_radius is not BlastRadius.UNKNOWN,
            Missing.BLAST_RADIUS,
        ),
        ("owner", _known(worksheet.owner), Missing.OWNER),
    ]
    return [RedFlag(where, missing) for where, well, missing in asked if not well]


def _against(worksheet: Worksheet, measured: Mapping[str, Promise]) -> list[RedFlag]:
    """What the anchor knows better than the file."""
    flags = []
    claimed = worksheet.anchored_reality.real_examples_held_aside
    for intent in worksheet.intents:
        promise = measured.get(intent)
        if promise is None:
            flags.append(RedFlag(intent, Missing.MEASUREMENT))
            continue
        if promise.real is None:
            flags.append(RedFlag(intent, Missing.ORIGINS))
            continue
        flags += _characterized(worksheet, intent, promise)
        real, shipped = promise.real.support, promise.shipped.support
        if real < min(claimed, ENOUGH):
            flags.append(RedFlag(intent, FewerMeasured(claimed, real)))
        if worksheet.success_criterion.measured_on is MeasuredOn.REAL and real < shipped:
            mixed = MeasuredOnGenerated(shipped - real, shipped, promise.shipped.recall, promise.real.recall)
            flags.append(RedFlag(intent, mixed))
    return flags


def _characterized(worksheet: Worksheet, intent: str, promise: Promise) -> list[RedFlag]:
    """Whether the anchor bears out that somebody knows what real tickets look like."""
    if not worksheet.anchored_reality.real_distribution_characterized:
        return []  # the file says so itself
    seen = promise.evidence
    if seen is None or (seen.production is None and seen.against_real is None):
        return [RedFlag(intent, Missing.AUDIT)]
    if promise.grade == Grade.UNTRUSTED.value:
        return [RedFlag(intent, UntrustedAnchor(promise.grade_reasons))]
    return []


def _known(words: str) -> bool:
    return words.strip().lower() not in ("", "unknown", "tbd", "todo", "?", "n/a", "none")
