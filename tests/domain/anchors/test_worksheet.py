"""Each red flag of a worksheet, alone, in its words; and none where every question is answered well."""

from typing import Any

import msgspec
import pytest

from monitor.domain.anchors.grade import Evidence
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.anchors.red_flags import Missing, RedFlag, red_flags
from monitor.domain.anchors.worksheet import BlastRadius, Failure, Worksheet, severity
from monitor.domain.telling.routing import Severity
from monitor.domain.text.apart import Apart
from reports.words.worksheet import red_flag

AUDITED = Evidence(support=40, real=40, production=Apart(0.55, 0.45, 0.4, 40, 100))
GOOD: dict[str, Any] = {
    "intents": ["erasure"],
    "why_are_we_generating": {"gap_described": "8 real ones in two years"},
    "anchored_reality": {
        "real_examples_held_aside": 40,
        "real_distribution_characterized": True,
        "target_to_match": "the 40 held aside",
    },
    "success_criterion": {"measured_on": "real_held_aside", "should_be": "recall at least .85"},
    "failure_if_wrong": {"blast_radius": "medium", "reversible": True},
    "owner": "ana",
}


def sheet(**changes: Any) -> Worksheet:  # noqa: ANN401
    """The good worksheet, with some answers changed."""
    content = {**GOOD}
    for key, value in changes.items():
        content[key] = {**GOOD[key], **value} if isinstance(value, dict) else value
    return msgspec.convert(content, Worksheet)


def test_a_sheet_whose_questions_are_answered_well_has_no_flag() -> None:
    assert red_flags(sheet()) == []


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"intents": []}, "intents", "it names no intent"),
        (
            {"why_are_we_generating": {"gap_described": " "}},
            "why_are_we_generating.gap_described",
            "no gap in the real data is described",
        ),
        (
            {"anchored_reality": {"real_distribution_characterized": False}},
            "anchored_reality.real_distribution_characterized",
            "nobody has described what real tickets of these intents look like",
        ),
        (
            {"anchored_reality": {"target_to_match": "Unknown"}},
            "anchored_reality.target_to_match",
            "the target to match is unknown",
        ),
        (
            {"anchored_reality": {"real_examples_held_aside": 0}},
            "anchored_reality.real_examples_held_aside",
            "no real examples are held aside",
        ),
        (
            {"anchored_reality": {"real_examples_held_aside": 29}},
            "anchored_reality.real_examples_held_aside",
            "only 29 real examples are held aside",
        ),
        (
            {"success_criterion": {"measured_on": "mixed"}},
            "success_criterion.measured_on",
            "success is measured on mixed examples: a model passes that has learnt the generator's style",
        ),
        (
            {"success_criterion": {"should_be": ""}},
            "success_criterion.should_be",
            "it says nothing of when the set is good enough",
        ),
        (
            {"failure_if_wrong": {"blast_radius": "unknown"}},
            "failure_if_wrong.blast_radius",
            "nobody has said who is hurt if it is wrong",
        ),
        ({"owner": "tbd"}, "owner", "nobody owns it"),
    ],
)
def test_each_red_flag_is_named_with_what_to_do(changes: dict[str, Any], where: str, what: str) -> None:
    (flag,) = red_flags(sheet(**changes))
    worded = red_flag(flag)
    assert (worded["where"], worded["what"]) == (where, what)
    assert worded["do"]


def test_a_high_blast_radius_is_a_flag_only_where_the_evidence_is_not_there() -> None:
    high = {"failure_if_wrong": {"blast_radius": "high"}}
    assert red_flags(sheet(**high)) == []
    flags = red_flags(sheet(**high, owner=""))
    assert flags[-1] == RedFlag("failure_if_wrong.blast_radius", Missing.EVIDENCE_FOR_THE_RISK)
    assert red_flag(flags[-1]) == {
        "where": "failure_if_wrong.blast_radius",
        "what": "the blast radius is high, and the evidence is not there",
        "do": "do not ship on these numbers; mend the flags above first",
    }


def test_an_empty_sheet_is_all_flags() -> None:
    assert len(red_flags(Worksheet())) == 9


@pytest.mark.parametrize(
    ("promise", "what"),
    [
        (Promise(Measured(0.9, 40)), "the anchor does not know which of its examples are real"),
        (
            Promise(Measured(0.375, 8), Measured(0.375, 8), evidence=AUDITED),
            "the file claims 40 real examples held aside, the anchor was measured on 8",
        ),
        (
            Promise(Measured(0.94, 86), Measured(0.45, 38), evidence=AUDITED),
            "the file says that success is measured on real examples, but 48 of the anchor's 86 are generated:"
            " recall 0.94, on the real ones 0.45",
        ),
        (
            Promise(Measured(0.88, 40), Measured(0.88, 40)),
            "the file says that real tickets are characterised, but no audit held the anchor against any",
        ),
        (
            Promise(Measured(0.88, 40), Measured(0.88, 40), evidence=Evidence(support=40, leaked=0)),
            "the file says that real tickets are characterised, but no audit held the anchor against any",
        ),
        (
            Promise(
                Measured(0.88, 40),
                Measured(0.88, 40),
                grade="untrusted",
                grade_reasons=("its examples look unlike production",),
                evidence=AUDITED,
            ),
            "the file says that real tickets are characterised, but the anchor is untrusted: its examples look"
            " unlike production",
        ),
    ],
)
def test_what_the_anchor_knows_holds_against_the_file(promise: Promise, what: str) -> None:
    (flag,) = red_flags(sheet(), {"erasure": promise})
    worded = red_flag(flag)
    assert (worded["where"], worded["what"]) == ("erasure", what)


def test_an_intent_that_the_anchor_never_measured_is_a_flag_and_a_real_anchor_is_none() -> None:
    assert [red_flag(flag)["what"] for flag in red_flags(sheet(), {})] == ["the anchor never measured it"]
    assert (
        red_flags(sheet(), {"erasure": Promise(Measured(0.88, 40), Measured(0.88, 40), evidence=AUDITED)})
        == []
    )


@pytest.mark.parametrize(
    ("radius", "reversible", "expected"),
    [
        ("high", False, Severity.CRITICAL),
        ("high", True, Severity.ERROR),
        ("medium", False, Severity.ERROR),
        ("medium", True, Severity.WARNING),
        ("low", False, Severity.WARNING),
        ("low", True, Severity.INFO),
        ("unknown", True, Severity.CRITICAL),
    ],
)
def test_the_blast_radius_gives_the_severity(radius: str, reversible: bool, expected: Severity) -> None:
    assert severity(Worksheet(failure_if_wrong=Failure(BlastRadius(radius), reversible))) == expected
