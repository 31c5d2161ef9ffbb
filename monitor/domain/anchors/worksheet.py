"""The worksheet of a generated set: five questions to answer before its numbers are believed, and their red flags.

What can be measured is checked against the imported anchor, rather than believed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.grade_reasons import GradeReason
from monitor.domain.anchors.promise import Promise
from monitor.domain.telling.routing import Severity

ENOUGH = 30  # real examples, of an intent: fewer can't tell .88 from .70


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


class RedFlag(NamedTuple):
    """Where it is, what is wrong, and what to do; `because` of these reasons, where it rests on an anchor's grade."""

    where: str
    what: str
    do: str
    because: tuple[GradeReason, ...] = ()


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


def red_flags(worksheet: Worksheet, measured: Mapping[str, Promise] | None = None) -> list[RedFlag]:
    """Everything that should keep the set's numbers from being believed; nothing where all is well.

    `measured` are an anchor's promises by intent, where one is imported: what they say holds against the file.
    """
    reality, success = worksheet.anchored_reality, worksheet.success_criterion
    flags = list(_unanswered(worksheet))
    if not reality.real_distribution_characterized:
        flags.append(
            RedFlag(
                "anchored_reality.real_distribution_characterized",
                "nobody has described what real tickets of these intents look like",
                "look at the real ones first: length, wording, channel, language",
            )
        )
    if reality.real_examples_held_aside < ENOUGH:
        held = reality.real_examples_held_aside
        flags.append(
            RedFlag(
                "anchored_reality.real_examples_held_aside",
                f"{'no' if not held else f'only {held}'} real examples are held aside",
                f"hold {ENOUGH} or more of each intent back from training and generation",
            )
        )
    if success.measured_on is not MeasuredOn.REAL:
        flags.append(
            RedFlag(
                "success_criterion.measured_on",
                f"success is measured on {success.measured_on.value} examples: a model passes that has learnt the"
                " generator's style",
                f"measure on {MeasuredOn.REAL.value}",
            )
        )
    flags += _against(worksheet, measured) if measured is not None else []
    unsure = len(flags) > 0
    if worksheet.failure_if_wrong.blast_radius is BlastRadius.HIGH and unsure:
        flags.append(
            RedFlag(
                "failure_if_wrong.blast_radius",
                "the blast radius is high, and the evidence is not there",
                "do not ship on these numbers; mend the flags above first",
            )
        )
    return flags


def flags_of_audited(worksheet: Worksheet, audited: Mapping[str, Promise]) -> list[RedFlag]:
    """The red flags of a set, held against what an audit measured; nothing where it audited none of its intents."""
    intents = tuple(intent for intent in worksheet.intents if intent in audited)
    return red_flags(msgspec.structs.replace(worksheet, intents=intents), audited) if intents else []


def _unanswered(worksheet: Worksheet) -> list[RedFlag]:
    asked = [
        ("intents", bool(worksheet.intents), "it names no intent", "list the intents it was generated for"),
        (
            "why_are_we_generating.gap_described",
            bool(worksheet.why_are_we_generating.gap_described.strip()),
            "no gap in the real data is described",
            "say which tickets are missing, and how that was found",
        ),
        (
            "anchored_reality.target_to_match",
            _known(worksheet.anchored_reality.target_to_match),
            "the target to match is unknown",
            "say which real distribution the set is to resemble",
        ),
        (
            "success_criterion.should_be",
            _known(worksheet.success_criterion.should_be),
            "it says nothing of when the set is good enough",
            "give a number, such as: recall at least 0.85 on the real ones held aside",
        ),
        (
            "failure_if_wrong.blast_radius",
            worksheet.failure_if_wrong.blast_radius is not BlastRadius.UNKNOWN,
            "nobody has said who is hurt if it is wrong",
            "answer low, medium or high; until then a fall counts as critical",
        ),
        ("owner", _known(worksheet.owner), "nobody owns it", "name who answers for these examples"),
    ]
    return [RedFlag(where, what, do) for where, well, what, do in asked if not well]


def _against(worksheet: Worksheet, measured: Mapping[str, Promise]) -> list[RedFlag]:
    """What the anchor knows better than the file."""
    flags = []
    claimed = worksheet.anchored_reality.real_examples_held_aside
    for intent in worksheet.intents:
        promise = measured.get(intent)
        if promise is None:
            flags.append(RedFlag(intent, "the anchor never measured it", "evaluate it, and import that"))
            continue
        if promise.real is None:
            flags.append(
                RedFlag(
                    intent,
                    "the anchor does not know which of its examples are real",
                    "import evaluated examples with a column `origin` (real or synthetic)",
                )
            )
            continue
        flags += _characterized(worksheet, intent, promise)
        real, shipped = promise.real.support, promise.shipped.support
        if real < min(claimed, ENOUGH):
            flags.append(
                RedFlag(
                    intent,
                    f"the file claims {claimed} real examples held aside, the anchor was measured on {real}",
                    "evaluate the model on all that were held aside",
                )
            )
        if worksheet.success_criterion.measured_on is MeasuredOn.REAL and real < shipped:
            flags.append(
                RedFlag(
                    intent,
                    f"the file says that success is measured on real examples, but {shipped - real} of the anchor's"
                    f" {shipped} are generated: recall {promise.shipped.recall:.2f}, on the real ones"
                    f" {promise.real.recall:.2f}",
                    "import an anchor of real examples, or set anchor.basis: real",
                )
            )
    return flags


def _characterized(worksheet: Worksheet, intent: str, promise: Promise) -> list[RedFlag]:
    """Whether the anchor bears out that somebody knows what real tickets look like."""
    if not worksheet.anchored_reality.real_distribution_characterized:
        return []  # the file says so itself
    seen = promise.evidence
    if seen is None or (seen.production is None and seen.against_real is None):
        return [
            RedFlag(
                intent,
                "the file says that real tickets are characterised, but no audit held the anchor against any",
                "run `anchorwatch anchor audit` with real or live tickets",
            )
        ]
    if promise.grade == Grade.UNTRUSTED.value:
        return [
            RedFlag(
                intent,
                "the file says that real tickets are characterised, but the anchor is untrusted",
                "evaluate on real tickets held aside, and import that",
                promise.grade_reasons,
            )
        ]
    return []


def _known(words: str) -> bool:
    return words.strip().lower() not in ("", "unknown", "tbd", "todo", "?", "n/a", "none")
