"""The reasons of a verdict in words: the sentences of every release, to the letter."""

import math
from typing import get_args

import msgspec
import pytest

from monitor.domain.judging.reasons import (
    BelowFloor,
    CutWeights,
    EventStream,
    FloorTooLow,
    MissesDoubted,
    NoAnchor,
    NoMoney,
    OnlyMature,
    PageEnded,
    Reason,
    StreamStopped,
    Suspicion,
    TooFewLabels,
    VerificationBias,
)
from monitor.domain.labelling.unidentified import (
    FewLabelsElsewhere,
    NoLabelElsewhere,
    OnlyOwnLabels,
    UnevenLabels,
    UnlabelledClasses,
)
from reports.words import labelling
from reports.words.reasons import sentence

SENTENCES: list[tuple[Reason, str]] = [
    (NoAnchor(), "no active anchor for this cell: import one and activate it"),
    (
        BelowFloor(0.78, 1.2),
        "recall is below the floor 0.78: the bet against the promise won 1.2 times what pages",
    ),
    (PageEnded(), "its page was ended by a person: it is judged anew with the next evaluation"),
    (
        VerificationBias((NoLabelElsewhere("refund"), UnlabelledClasses(1_900, ("a", "b"))), 0.031),
        "verification bias: there is no label yet on a ticket that was not predicted as refund; no label among"
        " 1,900 predictions of a and b; all that is known is that recall is at least 0.031",
    ),
    (
        CutWeights(12, 40, 0.01, 0.002),
        "weights are cut: 12 of 40 labels were chosen with a smaller chance than sampling.min_probability (0.01), so"
        " what they stand for is not known, and labels of their design are not bet on; set it to 0.002 or less",
    ),
    (
        CutWeights(12, 40, 0.01),
        "weights are cut: 12 of 40 labels were chosen with a smaller chance than sampling.min_probability (0.01), so"
        " what they stand for is not known, and labels of their design are not bet on; lower it to the smallest"
        " chance that your sampling uses",
    ),
    (FloorTooLow(0.08, 0.1), "floor too low: 0.08 is below 0.1, there is no room for a fall"),
    (NoMoney(), "no money to bet with: this cell has no part of the false pages a year"),
    (
        TooFewLabels(1.0, 0.48, 41.0, 3.0, 14.0),
        "too few labels: with 1 a day a fall to 0.48 would take 41 days to page; 3 a day would do it in 14",
    ),
    (
        TooFewLabels(0.016, 0.48, 126_610.0, 3.0, 14.0),
        "too few labels: with one in two months a fall to 0.48 would take over a year to page; 3 a day would do it in"
        " 14",
    ),
    (
        TooFewLabels(0.0, 0.48, None, 3.0, 14.0),
        "too few labels: without labels a fall to 0.48 would never be seen; 3 a day would do it in 14",
    ),
    (
        StreamStopped(EventStream.LABELS, 96.0, 72.0, by_rhythm=False),
        "no labels for 4 days: the longest tolerated is 3 days",
    ),
    (
        StreamStopped(EventStream.LABELS, 20.0, 12.0, by_rhythm=True, intent="erasure"),
        "no labels of erasure for 20 h: by its own rhythm they were due after 12 h",
    ),
    (
        StreamStopped(EventStream.PREDICTIONS, 47.0, 12.0, by_rhythm=True),
        "no predictions for 1 day 23 h: by its own rhythm they were due after 12 h",
    ),
    (Suspicion(0.12), "the bet against the promise stands at 12 % of what pages"),
    # As a version before stored it: what it had won, and what paged.
    (Suspicion(78.0, 6_000.0), "the bet against the promise stands at 1.3 % of what pages"),
    (
        OnlyMature(2.5),
        "misses are labelled sooner than hits: only predictions older than 2.5 days are judged",
    ),
    (
        MissesDoubted(60, 24, 0.39),
        "second readers confirm 24 of 60 misses: one that nobody read again counts for 0.39 of a miss",
    ),
    ("as an earlier version wrote it", "as an earlier version wrote it"),
]


@pytest.mark.parametrize(("reason", "expected"), SENTENCES)
def test_every_reason_is_a_sentence(reason: Reason, expected: str) -> None:
    assert sentence(reason) == expected


def test_every_kind_of_reason_has_a_sentence_here() -> None:
    assert {type(reason) for reason, _ in SENTENCES} == set(get_args(Reason))


def test_a_stored_reason_comes_back_as_the_same_value_and_an_old_sentence_as_itself() -> None:
    reasons = tuple(reason for reason, _ in SENTENCES)
    assert msgspec.json.decode(msgspec.json.encode(reasons), type=tuple[Reason, ...]) == reasons


def test_why_labels_cannot_tell_recall() -> None:
    assert labelling.gap(OnlyOwnLabels("gdpr")) == (
        "labels exist only for tickets predicted as gdpr, where every label is a hit"
    )
    assert labelling.gap(FewLabelsElsewhere("gdpr", 3, 20)) == (
        "only 3 labels on tickets not predicted as gdpr: without a declared sampling design it takes 20"
    )
    assert labelling.gap(UnlabelledClasses(828, ("e", "d", "c", "b", "a"), 3)) == (
        "no label among 828 predictions of e, d, c, b, a and 3 more"
    )


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (100.0, "100 times more often than the rest and nobody says why: recall may be worse than it looks"),
        (
            math.inf,
            "inf times more often than the rest and nobody says why: recall may be worse than it looks",
        ),
        (0.25, "4 times less often than the rest and nobody says why: recall may be better than it looks"),
    ],
)
def test_labels_that_prefer_the_intents_own_predictions_are_reported_to_flatter(
    times: float, words: str
) -> None:
    assert labelling.uneven(UnevenLabels("gdpr", times)) == (
        f"tickets predicted as gdpr are labelled {words}; send the sampling design and probability"
    )
