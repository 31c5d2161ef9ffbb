"""Is the offline number worth believing? What was found out about an intent's anchor in, a grade with reasons out."""

import math
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
SURPRISE = 0.05
LIVE_ENOUGH = 20  # live tickets, to know how many of them repeat the training set anyway
GENERATED_SHARE = 0.20  # of the examples: beyond it the number is the generator's as well
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
    (None: not looked at), as have `live_leaked` of the `live` tickets whose texts were kept; `repeated` of the
    examples that are not generated nearly repeat another of them. The three comparisons are with production, with
    generated examples, and with real ones; `pooled` says that too few tickets of the intent forced one over all
    intents with generated examples. `recall` is the offline one, `real_recall` that of its real examples (None: not
    predicted, or none). `copies` of its generated examples nearly repeat another one. The training set has
    `training_real` rows of the intent from people and `training_generated` from the generator. Not `by_words`: texts
    were not kept, so it was compared by descriptors alone.
    """

    support: int
    real: int = 0
    generated: int = 0
    unknown: int = 0
    leaked: int | None = None
    live: int = 0
    live_leaked: int | None = None
    repeated: int | None = None
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

    @property
    def usual_share(self) -> float | None:
        """The share of tickets that repeat the training set in the nature of things; None where nothing tells.

        That of the live tickets; with under 20 of them, of the examples that repeat each other and are not generated.
        """
        if self.live_leaked is not None and self.live >= LIVE_ENOUGH:
            return self.live_leaked / self.live
        own = self.support - self.generated
        return self.repeated / own if self.repeated is not None and own else None


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
    if soft or evidence.generated > GENERATED_SHARE * evidence.support:
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
    """What the examples are, where some are generated; more than a fifth of them are reason enough for `soft`."""
    if not evidence.generated:
        return []
    return [GeneratedExamples(evidence.generated, evidence.support, evidence.real, evidence.real_recall)]


def _leak(evidence: Evidence) -> tuple[list[GradeReason], list[GradeReason]]:
    """What speaks for `untrusted` and for `soft`: people repeat themselves, so a few near-copies are no leak yet.

    `untrusted` where the 95 % one-sided lower limit of the leaked share is above .05 and above what is usual.
    Source: Clopper & Pearson 1934, for the limit.
    """
    if not evidence.leaked or not evidence.support:
        return [], []
    usual = evidence.usual_share
    leaked = LeakedExamples(evidence.leaked, evidence.support, usual)
    above = surely_above(evidence.leaked, evidence.support, max(LEAK, usual or 0.0))
    return ([leaked], []) if above else ([], [leaked])


def surely_above(k: int, n: int, share: float) -> bool:
    """Whether k of n are too many for a true `share`: their chance or that of more is under .05.

    That is where the one-sided 95 % Clopper-Pearson lower limit of k/n lies above `share`. In plain arithmetic: grades
    are read where nobody should wait for a library. Costs: n - k terms.

    >>> surely_above(10, 100, 0.05), surely_above(9, 100, 0.05)  # limits .0553 and .0477
    (True, False)

    Clopper & Pearson 1934.
    """
    if not 0 < share < 1:
        return share <= 0 < k
    terms = (
        math.exp(
            math.lgamma(n + 1)
            - math.lgamma(i + 1)
            - math.lgamma(n - i + 1)
            + i * math.log(share)
            + (n - i) * math.log1p(-share)
        )
        for i in range(k, n + 1)
    )
    return math.fsum(terms) < SURPRISE
