"""Why an offline number has its grade, in words: the sentences of every release, to the letter."""

from typing import get_args

import msgspec
import pytest

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
from reports.words.grades import sentence

APART = Apart(0.9, 0.81, 0.005, 100, 90)
SENTENCES: list[tuple[GradeReason, str]] = [
    (
        GeneratedExamples(62, 100, 38, 0.45),
        "62 % of its examples are generated; on its 38 real ones recall is 0.45",
    ),
    (
        GeneratedExamples(100, 100, 0, None),
        "100 % of its examples are generated, and none of the others was predicted",
    ),
    (LeakedExamples(6, 100), "6 of its 100 examples (6 %) are nearly in the training set"),
    (
        UnlikeProduction(APART, by_words=True),
        "its examples look unlike production: AUC 0.90, at least 0.81, p 0.005",
    ),
    (
        UnlikeProduction(APART._replace(p=None), by_words=False),
        "its examples look unlike production: AUC 0.90, at least 0.81, by descriptors alone",
    ),
    (
        LikeGenerated(0.59, 0.8, pooled=False),
        "it can't be told from generated text (AUC 0.59) but can from real (AUC 0.80)",
    ),
    (
        LikeGenerated(0.59, 0.8, pooled=True),
        "it can't be told from generated text (AUC 0.59) but can from real (AUC 0.80, all intents with generated"
        " examples together)",
    ),
    (SmallSupport(29, 30), "only 29 examples; under 30 can't tell .88 from .70"),
    (UnknownOrigins(2, 100), "nobody recorded where 2 of its 100 examples come from"),
    (NotLookedAt((Unseen.LEAKS, Unseen.PRODUCTION)), "not looked at: leaks, production's looks"),
    ("as an earlier version wrote it", "as an earlier version wrote it"),
]


@pytest.mark.parametrize(("reason", "expected"), SENTENCES)
def test_every_reason_is_a_sentence(reason: GradeReason, expected: str) -> None:
    assert sentence(reason) == expected


def test_every_kind_of_reason_has_a_sentence_here() -> None:
    assert {type(reason) for reason, _ in SENTENCES} == set(get_args(GradeReason))


def test_a_stored_reason_comes_back_as_the_same_value_and_an_old_sentence_as_itself() -> None:
    reasons = tuple(reason for reason, _ in SENTENCES)
    assert msgspec.json.decode(msgspec.json.encode(reasons), type=tuple[GradeReason, ...]) == reasons
