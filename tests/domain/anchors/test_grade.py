"""The grade of an anchor: every rule of docs/statistics-reference.md, section 8, each on its own."""

from typing import Any

import pytest

from monitor.domain.anchors.grade import Evidence, Grade, grade
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


def apart(auc: float, low: float, p: float = 0.005) -> Apart:
    return Apart(auc, low, p, 100, 100)


def evidence(**changes: Any) -> Evidence:  # noqa: ANN401
    known: dict[str, Any] = {"support": 100, "real": 100, "leaked": 0, "production": apart(0.55, 0.45, 0.4)}
    return Evidence(**{**known, **changes})


def test_a_real_anchor_that_looks_like_production_is_trusted() -> None:
    assert grade(evidence()).grade is Grade.TRUSTED
    assert grade(evidence()).reasons == []


def test_what_was_not_looked_at_is_reported() -> None:
    graded = grade(evidence(leaked=None, production=None))
    assert (graded.grade, graded.reasons) == (Grade.TRUSTED, [NotLookedAt((Unseen.LEAKS, Unseen.PRODUCTION))])


@pytest.mark.parametrize(
    ("changes", "expected", "reason"),
    [
        # 95 % one-sided lower limits: of 10 of 100 .0553, of 9 .0477; of 26 of 100 .1904, of 30 .2249.
        ({"leaked": 10}, "untrusted", LeakedExamples(10, 100)),
        ({"leaked": 9}, "soft", LeakedExamples(9, 100)),
        ({"leaked": 26, "live": 50, "live_leaked": 10}, "soft", LeakedExamples(26, 100, 0.2)),
        ({"leaked": 30, "live": 50, "live_leaked": 10}, "untrusted", LeakedExamples(30, 100, 0.2)),
        ({"leaked": 30, "live": 19, "live_leaked": 9}, "untrusted", LeakedExamples(30, 100)),
        ({"leaked": 30, "live": 19, "repeated": 25}, "soft", LeakedExamples(30, 100, 0.25)),
        (
            {"production": apart(0.9, 0.81)},
            "untrusted",
            UnlikeProduction(apart(0.9, 0.81), by_words=True),
        ),
        (
            {"production": apart(0.9, 0.81, 0.01)},
            "soft",
            UnlikeProduction(apart(0.9, 0.81, 0.01), by_words=True),
        ),
        (
            {"production": apart(0.9, 0.80)},
            "soft",
            UnlikeProduction(apart(0.9, 0.80), by_words=True),
        ),
        ({"production": apart(0.95, 0.70)}, "trusted", None),
        (
            {"against_generated": apart(0.59, 0.5), "against_real": apart(0.8, 0.7)},
            "untrusted",
            LikeGenerated(0.59, 0.8, pooled=False),
        ),
        ({"against_generated": apart(0.60, 0.5), "against_real": apart(0.8, 0.7)}, "trusted", None),
        ({"against_generated": apart(0.55, 0.5), "against_real": apart(0.59, 0.5)}, "trusted", None),
        ({"support": 29, "real": 29}, "soft", SmallSupport(29, 30)),
        ({"real": 98, "unknown": 2}, "soft", UnknownOrigins(2, 100)),
    ],
)
def test_a_rule(changes: dict[str, Any], expected: str, reason: GradeReason | None) -> None:
    graded = grade(evidence(**changes))
    assert (graded.grade.value, list(graded.reasons)) == (expected, [reason] if reason else [])


def test_a_generated_share_is_reported_with_the_recall_of_the_real_rest_and_beyond_a_fifth_it_is_soft() -> (
    None
):
    graded = grade(evidence(real=79, generated=21, real_recall=0.45))
    assert graded.grade is Grade.SOFT
    assert graded.reasons == [GeneratedExamples(21, 100, 79, 0.45)]
    assert grade(evidence(real=80, generated=20)).grade is Grade.TRUSTED
    assert grade(evidence(real=0, generated=100)).reasons == [GeneratedExamples(100, 100, 0, None)]
