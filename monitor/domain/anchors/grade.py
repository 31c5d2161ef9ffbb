"""Is the offline number worth believing? What was found out about an intent's anchor in, a grade with reasons out."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from monitor.domain.text.fingerprint import Apart

SUPPORT = 30
LEAK = 0.05
APART_P = 0.01
UNTRUSTED_LOW, SOFT_LOW = 0.80, 0.70
SAME_AS_GENERATED = 0.60
_TOGETHER = ", all intents with generated examples together"


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
    """A grade and why, in words for people; for `trusted`, what was not looked at. `evidence` is what it rests on."""

    grade: Grade
    reasons: Sequence[str]
    evidence: Evidence | None = None


def grade(evidence: Evidence) -> Graded:
    """`untrusted`, `soft` or `trusted`, by the rules of STATISTICS.md section 8.

    The lower limit of the AUC decides, not the point: few tickets look different by chance.
    """
    untrusted, soft = _leak(evidence)
    production, generated, real = evidence.production, evidence.against_generated, evidence.against_real
    if production is not None and production.low > SOFT_LOW:
        how = "" if evidence.by_words else ", by descriptors alone"
        words = f"its examples look unlike production: {production}{how}"
        (untrusted if production.low > UNTRUSTED_LOW and _sure(production) else soft).append(words)
    told = next((one for one in (real, production) if one is not None and one.auc >= SAME_AS_GENERATED), None)
    if generated is not None and generated.auc < SAME_AS_GENERATED and told is not None:
        untrusted.append(
            f"it can't be told from generated text (AUC {generated.auc:.2f}) but can from real"
            f" (AUC {told.auc:.2f}{_TOGETHER if evidence.pooled else ''})"
        )
    if evidence.support < SUPPORT:
        soft.append(f"only {evidence.support} examples; under {SUPPORT} can't tell .88 from .70")
    if evidence.unknown:
        soft.append(f"nobody recorded where {evidence.unknown} of its {evidence.support} examples come from")
    told_too = _origin(evidence)
    if untrusted:
        return Graded(Grade.UNTRUSTED, [*told_too, *untrusted, *soft], evidence)
    if soft:
        return Graded(Grade.SOFT, [*told_too, *soft], evidence)
    missing = [
        what
        for what, seen in (("leaks", evidence.leaked), ("production's looks", production))
        if seen is None
    ]
    unseen = [f"not looked at: {', '.join(missing)}"] if missing else []
    return Graded(Grade.TRUSTED, [*told_too, *unseen], evidence)


def _sure(apart: Apart) -> bool:
    return apart.p is not None and apart.p < APART_P


def _origin(evidence: Evidence) -> list[str]:
    """What the examples are, where some are generated; it moves no grade by itself."""
    if not evidence.generated:
        return []
    words = f"{100 * evidence.generated / evidence.support:.0f} % of its examples are generated"
    if evidence.real_recall is None:
        return [f"{words}, and none of the others was predicted"]
    return [f"{words}; on its {evidence.real} real ones recall is {evidence.real_recall:.2f}"]


def _leak(evidence: Evidence) -> tuple[list[str], list[str]]:
    if not evidence.leaked or not evidence.support:
        return [], []
    share = evidence.leaked / evidence.support
    words = f"{evidence.leaked} of its {evidence.support} examples ({100 * share:.0f} %) are nearly in the training set"
    return ([words], []) if share > LEAK else ([], [words])
