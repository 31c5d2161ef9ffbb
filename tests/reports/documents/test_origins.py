"""What an analysis says of the anchor's examples never contradicts what it says of them elsewhere."""

from typing import Any

import pytest

from monitor.domain.analysis.analysis import analyze
from monitor.domain.analysis.casefile import Member
from monitor.domain.anchors.promise import Measured, Promise
from reports.documents.analysis_tickets import missed_tickets
from tests.domain.cases import member, samples, tickets
from tests.reports.analyzed import audited, case_of, stages_of

LIVE = tickets("mmmhh" * 4)
WHY = "Why were examples generated, and which gap were they to fill? No worksheet names this intent."
WHETHER = "Were examples generated, and if so which gap were they to fill? No worksheet names this intent."


@pytest.mark.parametrize(
    ("fields", "found", "asked"),
    [
        ({}, ["the anchor came as numbers alone: nothing is known of its examples"], [WHETHER]),
        (
            {"anchored": 1_200},
            ["none of the anchor's 1,200 examples is one of these tickets"],
            [WHETHER],
        ),
        ({"samples": samples(23, "real")}, ["none of the anchor's 23 examples is generated"], []),
        (
            {"samples": samples(3, "synthetic") + samples(20, "real")},
            ["3 of the anchor's 23 examples are generated"],
            [WHY],
        ),
        (
            {"samples": samples(20, "real") + samples(3, "")},
            [
                "none of the anchor's 23 examples is known to be generated",
                "nobody recorded where 3 of them come from",
            ],
            [WHETHER],
        ),
        (
            {"samples": samples(5, "")},
            ["nobody recorded where the anchor's 5 examples come from"],
            [WHETHER],
        ),
        (
            {"promise": audited()},
            [
                "the anchor came as numbers alone, and its file was audited",
                "92 of the 100 examples of it that were audited are generated",
            ],
            [WHY],
        ),
        (
            {"promise": audited(), "samples": samples(100, "")},
            [
                "the anchor came without the origins of its examples, and its file was audited",
                "92 of the 100 examples of it that were audited are generated",
            ],
            [WHY],
        ),
        (
            {
                "samples": samples(23, "real"),
                "promise": audited(generated=0, real=23, training_generated=300),
            },
            ["none of the anchor's 23 examples is generated"],
            [WHY],
        ),
    ],
)
def test_the_count_of_generated_examples_and_the_question_why_agree(
    fields: dict[str, Any], found: list[str], asked: list[str]
) -> None:
    purpose = stages_of(member(LIVE, **fields))["purpose"]

    assert (list(purpose.found), list(purpose.open)) == (found, asked)


def test_where_nothing_is_generated_nobody_is_asked_about_the_generator() -> None:
    by_name = stages_of(member(LIVE, samples=samples(23, "real")))

    asked = [question for stage in by_name.values() for question in stage.open]
    assert not [question for question in asked if "enerat" in question and "trained on" not in question]


def test_real_examples_that_are_kept_are_never_denied() -> None:
    kept = samples(3, "synthetic") + samples(6, "real") + samples(2, "real", hit=False)
    evaluation = stages_of(member(LIVE, samples=kept))["evaluation"].found
    assert list(evaluation) == [
        "offline recall on the 3 generated examples: 1.00",
        "offline recall on the 8 real examples: 0.75",
    ]
    unknown = stages_of(member(LIVE, samples=samples(3, "synthetic") + samples(2, "")))["evaluation"].found
    assert list(unknown) == ["offline recall on the 3 generated examples: 1.00"]
    made = stages_of(member(LIVE, samples=samples(3, "synthetic")))["evaluation"].found
    assert "there is no real example in the evaluation" in made


def test_a_grade_without_its_evidence_is_still_an_audit() -> None:
    by_name = stages_of(member(LIVE, promise=Promise(Measured(0.88, 100), grade="untrusted")))

    assert list(by_name["filtering"].open) == [
        "Do the examples repeat the training set, and do they look real? Of an audit only the grade was kept."
    ]
    assert list(by_name["evaluation"].found) == ["the offline number is untrusted"]
    assert list(by_name["evaluation"].open) == []


def test_where_an_anchors_misses_went_is_no_zero_where_nobody_recorded_it() -> None:
    def table(broken: Member) -> list[list[str]]:
        (analysis,) = analyze(case_of(broken)).members
        block = missed_tickets(analysis)[0]
        return [[cell.lines[0] for cell in row[:3]] for row in block.table]

    assert table(member(LIVE)) == [["other", "12 (100%)", "not recorded"]]
    recorded = Promise(Measured(0.88, 100), misses_to={"billing": 12})
    assert table(member(LIVE, promise=recorded))[0] == ["other", "12 (100%)", "0 (0%)"]
    assert table(member(LIVE, promise=Promise(Measured(1.0, 100))))[0] == ["other", "12 (100%)", "0 (0%)"]
