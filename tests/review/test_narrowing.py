"""Which cells somebody asks about: patterns narrow, and what fits nothing is refused with what was meant."""

import pytest
from msgspec.structs import replace

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.slices.cells import Cell
from monitor.errors import ConfigError
from monitor.review.narrowing import CellsAsked, narrowed
from monitor.review.ports.status import Complaints, ModelLabels, Overview
from tests.reports.tables.overviews import JUDGED_AT, overview_of

TICKETS, CANARY, MAILS = Model("tickets", "7"), Model("tickets", "8"), Model("mails", "3")


@pytest.fixture
def overview() -> Overview:
    """Three models with a group, two intents and a slice each, of which one slice is degraded and blind."""
    cells = [
        Cell(model, intent, slice_)
        for model in (TICKETS, CANARY, MAILS)
        for intent, slice_ in (
            (Cell.of_group(model, "rare").intent, ""),
            ("gdpr_erasure", ""),
            ("refund", ""),
            ("refund", "channel=email"),
        )
    ]
    states = [CellState(cell, judgement=Judgement(Verdict.OK)) for cell in cells]
    states[3] = replace(states[3], judgement=Judgement(Verdict.DEGRADED, coverage=Coverage.BLIND))
    labelling = [ModelLabels(model, JUDGED_AT, DelayHistogram(), 9, 9) for model in (TICKETS, CANARY, MAILS)]
    made = overview_of(states, labelling=labelling)
    return made._replace(complaints={cells[1]: Complaints(1, 2), cells[2]: Complaints(3, 4)})


def names(overview: Overview, **patterns: str) -> list[str]:
    cells = [status.state.cell for status in narrowed(overview, CellsAsked(**patterns)).cells]
    return [f"{cell.model.name}{cell.model.version} {cell}" for cell in cells]


def test_all_patterns_must_fit_and_without_one_everything_stays(overview: Overview) -> None:
    assert narrowed(overview, CellsAsked()) is overview
    assert names(overview, model="tick*", version="8", intent="re*") == [
        "tickets8 refund",
        "tickets8 refund [channel=email]",
    ]
    assert names(overview, slice_text="*", version="?") == [
        "tickets7 refund [channel=email]",
        "tickets8 refund [channel=email]",
        "mails3 refund [channel=email]",
    ]
    assert names(overview, intent="group *", model="mails") == ["mails3 group rare"]


def test_letters_are_searched_in_intents_groups_and_slices_whatever_their_capitals(
    overview: Overview,
) -> None:
    assert names(overview, search="ERAS", model="tickets") == [
        "tickets7 gdpr_erasure",
        "tickets8 gdpr_erasure",
    ]
    assert names(overview, search="mail", version="7") == ["tickets7 refund [channel=email]"]
    assert names(overview, search="rar", model="mails") == ["mails3 group rare"]
    assert names(overview, search="re", version="7", slice_text="*") == ["tickets7 refund [channel=email]"]


def test_a_verdict_is_asked_for_by_what_the_evidence_says_or_by_what_could_be_seen(
    overview: Overview,
) -> None:
    assert names(overview, verdict="degraded") == names(overview, verdict="blind")
    assert names(overview, verdict="blind") == ["tickets7 refund [channel=email]"]
    assert names(overview, verdict="suspect") == []  # there is such a verdict, and nothing that has it


def test_what_stands_beside_the_cells_is_narrowed_with_them(overview: Overview) -> None:
    found = narrowed(overview, CellsAsked(model="tickets", version="7", intent="gdpr*"))
    assert [str(cell) for cell in found.complaints] == ["gdpr_erasure"]
    assert [each.model for each in found.labelling] == [TICKETS]


@pytest.mark.parametrize(
    ("patterns", "problem"),
    [
        ({"intent": "refnd"}, "--intent refnd: there is none; did you mean refund?"),
        ({"intent": "GDPR_erasure"}, "--intent GDPR_erasure: there is none; did you mean gdpr_erasure?"),
        ({"slice_text": "email"}, "--slice email: there is none; did you mean channel=email?"),
        ({"model": "ticket"}, "--model ticket: there is none; did you mean tickets?"),
        ({"version": "v9"}, "--version v9: there is none; there is 3, 7, 8"),
        ({"search": "Refnd"}, "--search Refnd: there is none; did you mean refund?"),
        ({"verdict": "degrade"}, "--verdict degrade: there is none; did you mean degraded?"),
        ({"verdict": "broken"}, "--verdict broken: there is none; did you mean degraded?"),
        ({"verdict": "Healthy"}, "--verdict Healthy: there is none; did you mean ok?"),
        (
            {"verdict": "xyz"},
            "--verdict xyz: there is none; there is unanchored, degraded, suspect, ok, blind, stale, seen",
        ),
    ],
)
def test_what_fits_nothing_is_refused_with_what_was_probably_meant(
    overview: Overview, patterns: dict[str, str], problem: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        narrowed(overview, CellsAsked(**patterns))
    assert refused.value.problems == [problem]


def test_every_pattern_that_fits_nothing_is_named_at_once(overview: Overview) -> None:
    with pytest.raises(ConfigError) as refused:
        narrowed(overview, CellsAsked(model="mail", intent="x"))
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["--model mail", "--intent x"]
