"""What `status --budget` shows: shares of the money and how soon a fall pages, worked out by hand."""

from datetime import timedelta
from math import exp, log

import pytest

from monitor.domain.detection.detectability import kl, labels_a_day_needed
from monitor.domain.detection.money import Income, Rate
from monitor.domain.judging.state import CellLabels, CellState, HeldTo
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from reports.render.blocks import as_cell
from reports.tables.budget import as_object, budget_view
from tests.notices import TICKETS
from tests.reports.tables.overviews import JUDGED_AT, overview_of


def state(intent: str, hits: int = 100) -> CellState:
    return CellState(
        Cell(TICKETS, intent),
        CellLabels(Tally(hits)),
        HeldTo("listed", floor=0.78, income=Income((Rate(0, 0.25 / 365),))),
    )


def test_a_share_is_that_of_the_half_of_a_years_money_that_comes_by_the_day() -> None:
    part = as_object(state("gdpr_erasure"), 1.0, 14.0, 20.0)

    assert (part["share"], part["labels_per_day"]) == (pytest.approx(0.5), 5.0)
    growth = kl(0.48, 0.78)
    outcomes = log(1 + 5 / (0.25 / 365) * (1 - exp(-growth))) / growth
    assert part["days_to_page"] == pytest.approx(outcomes / 5)
    assert part["labels_per_day_needed"] == pytest.approx(labels_a_day_needed(0.25 / 365, 0.78, 14.0))
    assert as_object(state("gdpr_erasure"), 2.0, 14.0, 20.0)["share"] == pytest.approx(0.25)


def test_a_cell_without_labels_would_never_page() -> None:
    part = as_object(state("gdpr_erasure", 0), 1.0, 14.0, 0.0)
    assert (part["labels_per_day"], part["days_to_page"]) == (0.0, None)


def test_the_table_and_what_it_adds_up_to() -> None:
    states = [state(intent) for intent in ("gdpr_erasure", "export")]
    as_of, block, total = budget_view(overview_of(states, {TICKETS: JUDGED_AT - timedelta(days=20)})).blocks

    assert [list(column) for column in zip(*block.rows, strict=True)][:3] == [
        ["export", "gdpr_erasure"],
        ["50.0%", "50.0%"],
        ["0.25 pages", "0.25 pages"],
    ]
    assert [as_cell(row[6]).lines for row in block.rows] == [["6.8 days"], ["6.8 days"]]
    assert as_of.lines == ["judged as of 2026-11-22 12:00 UTC"]
    assert block.heading == "tickets v7 (prod)"
    (note,) = total.notes
    assert note.startswith(
        "100% of what comes by the day, half of 1 false pages a year, is given out over 2 watched"
    )
