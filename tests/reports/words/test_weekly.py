"""What a week's report has to say, in words: the sentences of every release, to the letter."""

from typing import get_args

import pytest

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.news import (
    Advice,
    AuditAnchor,
    CoverageMoved,
    FirstLabelled,
    ImportAnchor,
    IncidentsEnded,
    IncidentsOpened,
    LabelEveryDrawn,
    LabelMore,
    LookAtIncident,
    MeasureAnew,
    RecallMoved,
    VersionAppeared,
    WeekChange,
)
from reports.words import weekly

V7 = Model("tickets", "7")
ERASURE, EXPORT = Cell(V7, "erasure"), Cell(V7, "export")
CHANGES: list[tuple[WeekChange, str]] = [
    (RecallMoved(ERASURE, -0.5), "erasure of tickets v7 (prod): recall fell by 0.50"),
    (RecallMoved(ERASURE, 0.125), "erasure of tickets v7 (prod): recall rose by 0.12"),
    (CoverageMoved(V7, 1.0, 0.25), "label coverage of tickets v7 (prod) fell from 100% to 25%"),
    (CoverageMoved(V7, 0.25, 0.5), "label coverage of tickets v7 (prod) rose from 25% to 50%"),
    (VersionAppeared(V7), "tickets v7 (prod) is new: its first predictions came this week"),
    (FirstLabelled(EXPORT), "export of tickets v7 (prod) was labelled for the first time"),
    (IncidentsOpened((1,)), "incident 1 opened"),
    (IncidentsEnded((1, 2)), "incidents 1, 2 ended"),
]
ADVICE: list[tuple[Advice, str]] = [
    (LookAtIncident(1), "incident 1 is still open: anchorwatch incident show 1"),
    (
        LabelMore((ERASURE, EXPORT)),
        "label more of erasure of tickets v7 (prod), export of tickets v7 (prod): a fall there would not be noticed"
        " in time",
    ),
    (
        LabelEveryDrawn(V7, 1_160, 1_320),
        "have every drawn ticket of tickets v7 (prod) labelled: 1,160 of 1,320 are, and which is no chance; recall"
        " cannot be known from them",
    ),
    (
        MeasureAnew((ERASURE,)),
        "measure erasure of tickets v7 (prod) anew on real tickets: the offline number is untrusted",
    ),
    (
        ImportAnchor(tuple(Model("other", str(n)) for n in range(7))),
        "import an anchor for other v0 (prod), other v1 (prod), other v2 (prod), other v3 (prod), other v4 (prod) and"
        " 2 more: nothing of it can page",
    ),
    (AuditAnchor((ERASURE,)), "audit the anchor of erasure of tickets v7 (prod): anchorwatch anchor audit"),
]


@pytest.mark.parametrize(("news", "expected"), CHANGES)
def test_every_change_is_a_sentence(news: WeekChange, expected: str) -> None:
    assert weekly.change(news) == expected


@pytest.mark.parametrize(("news", "expected"), ADVICE)
def test_all_advice_is_a_sentence(news: Advice, expected: str) -> None:
    assert weekly.advice(news) == expected


def test_all_that_a_report_can_say_has_a_sentence_here() -> None:
    assert {type(news) for news, _ in CHANGES} == set(get_args(WeekChange))
    assert {type(news) for news, _ in ADVICE} == set(get_args(Advice))
