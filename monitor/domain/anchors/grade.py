"""Is the offline number worth believing? What was found out about an intent's anchor in, a grade with reasons out."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from monitor.domain.anchors.grade_reasons import (
    GeneratedExamples,
    GradeReason,
    LeakedExamples,
    LikeGenerated,
    NotLookedAt,
    SmallSupport,
    UnknownOrigins,
    UnlikeProduction,
    Unseen,
)
from monitor.domain.text.apart import Apart

SUPPORT = 30
LEAK = 0.05
APART_P = 0.01
UNTRUSTED_LOW, SOFT_LOW = 0.80, 0.70
SAME_AS_GENERATED = 0.60


class Grade(StrEnum):
    """How far an offline number may be believed."""

    UNTRUSTED = "untrusted"
    SOFT = "soft"
    TRUSTED = "trusted"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one intent's evaluated examples.

    `real`, `generated` and `unknown` count them by origin. `leaked` have a near-duplicate in the training set
    (None: not looked at). The three comparisons are with production, with generated examples, and with real ones;
    `pooled` says that too few tickets of the intent forced one over all intents with generated examples.
    `recall` is the offline one, `real_recall` that of its real examples (None: not predicted, or none). `copies` of
    its generated examples nearly repeat another one. The training set has `training_real` rows of the intent from
    people and `training_generated` from the generator. Not `by_words`: texts were not kept, so it was compared by
    descriptors alone.
    """

    support: int
    real: int = 0
    generated: int = 0
    unknown: int = 0
    leaked: int | None = None
    production: Apart | None = None
    against_generated: Apart | None = None
    against_real: Apart | None = None
    pooled: bool = False
    recall: float | None = None
    real_recall: float | None = None
    copies: int | None = None
    training_real: int | None = None
    training_generated: int | None = None
    by_words: bool = True


class Graded(msgspec.Struct, frozen=True):
    """A grade and why; for `trusted`, what was not looked at. `evidence` is what it rests on."""

    grade: Grade
    reasons: Sequence[GradeReason]
    evidence: Evidence | None = None


def grade(evidence: Evidence) -> Graded:
    """`untrusted`, `soft` or `trusted`, by the rules of docs/statistics-reference.md, section 8.

    The lower limit of the AUC decides, not the point: few tickets look different by chance.
    """
    untrusted, soft = _leak(evidence)
    production, generated, real = evidence.production, evidence.against_generated, evidence.against_real
    if production is not None and production.low > SOFT_LOW:
        unlike = UnlikeProduction(production, evidence.by_words)
        (untrusted if production.low > UNTRUSTED_LOW and _sure(production) else soft).append(unlike)
    compared = [comparison for comparison in (real, production) if comparison is not None]
    distinct = next((comparison for comparison in compared if comparison.auc >= SAME_AS_GENERATED), None)
    if generated is not None and generated.auc < SAME_AS_GENERATED and distinct is not None:
        untrusted.append(LikeGenerated(generated.auc, distinct.auc, evidence.pooled))
    if evidence.support < SUPPORT:
        soft.append(SmallSupport(evidence.support, SUPPORT))
    if evidence.unknown:
        soft.append(UnknownOrigins(evidence.unknown, evidence.support))
    origin = _origin(evidence)
    if untrusted:
        return Graded(Grade.UNTRUSTED, [*origin, *untrusted, *soft], evidence)
    if soft:
        return Graded(Grade.SOFT, [*origin, *soft], evidence)
    missing = tuple(
        what
        for what, seen in ((Unseen.LEAKS, evidence.leaked), (Unseen.PRODUCTION, production))
        if seen is None
    )
    unseen = [NotLookedAt(missing)] if missing else []
    return Graded(Grade.TRUSTED, [*origin, *unseen], evidence)


def _sure(apart: Apart) -> bool:
    return apart.p is not None and apart.p < APART_P


def _origin(evidence: Evidence) -> list[GradeReason]:
    """What the examples are, where some are generated; it moves no grade by itself."""
    if not evidence.generated:
        return []
    return [GeneratedExamples(evidence.generated, evidence.support, evidence.real, evidence.real_recall)]


def _leak(evidence: Evidence) -> tuple[list[GradeReason], list[GradeReason]]:
    if not evidence.leaked or not evidence.support:
        return [], []
    leaked = LeakedExamples(evidence.leaked, evidence.support)
    return ([leaked], []) if evidence.leaked / evidence.support > LEAK else ([], [leaked])
