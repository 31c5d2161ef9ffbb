"""The worksheet of a generated set: five questions to answer before its numbers are believed.

Its red flags are in `monitor.domain.anchors.red_flags`.
"""

from enum import StrEnum

import msgspec

from monitor.domain.telling.routing import Severity


class MeasuredOn(StrEnum):
    """What the success is measured on."""

    REAL = "real_held_aside"
    MIXED = "mixed"
    GENERATED = "generated"
    UNKNOWN = "unknown"


class BlastRadius(StrEnum):
    """Who is hurt if the generated examples were wrong."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class WhyGenerate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The gap in the real data, and what generated examples can add to it."""

    gap_described: str = ""
    why_real_data_wont_do: str = ""
    what_generation_adds: str = ""


class AnchoredReality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of reality was kept aside to hold the generated examples to."""

    real_examples_held_aside: int = 0
    real_distribution_characterized: bool = False
    target_to_match: str = ""


class Success(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the set has done its work, and on what that is measured."""

    measured_on: MeasuredOn = MeasuredOn.UNKNOWN
    should_be: str = ""


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens if it was wrong."""

    blast_radius: BlastRadius = BlastRadius.UNKNOWN
    reversible: bool = False


class Worksheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One generated set. What is left out is unanswered, which is a red flag."""

    intents: tuple[str, ...] = ()
    why_are_we_generating: WhyGenerate = WhyGenerate()
    anchored_reality: AnchoredReality = AnchoredReality()
    success_criterion: Success = Success()
    failure_if_wrong: Failure = Failure()
    owner: str = ""


def severity(worksheet: Worksheet) -> Severity:
    """How bad a fall of its intents is: by who is hurt, and whether it can be undone.

    >>> severity(Worksheet(failure_if_wrong=Failure(BlastRadius.HIGH, reversible=False))).value
    'critical'
    """
    failure = worksheet.failure_if_wrong
    match failure.blast_radius:
        case BlastRadius.LOW:
            return Severity.INFO if failure.reversible else Severity.WARNING
        case BlastRadius.MEDIUM:
            return Severity.WARNING if failure.reversible else Severity.ERROR
        case BlastRadius.HIGH:
            return Severity.ERROR if failure.reversible else Severity.CRITICAL
    return Severity.CRITICAL
