"""What `status --budget` shows: shares, thresholds and how soon a fall pages, worked out by hand."""

from datetime import timedelta
from math import log

import pytest

from monitor.domain.detection.detectability import kl
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
        HeldTo("listed", floor=0.78, threshold=7_300.0, outcomes_per_year=3_650.0),
    )


def test_a_share_is_the_false_pages_a_year_that_the_threshold_allows() -> None:
    part = as_object(state("gdpr_erasure"), 1.0, 14.0, 20.0)

    assert (part["share"], part["labels_per_day"], part["planned_on"]) == (0.5, 5.0, "configuration")
    outcomes = log(7_300) / kl(0.48, 0.78)
    assert part["days_to_page"] == pytest.approx(outcomes / 5)
    assert part["labels_per_day_needed"] == pytest.approx(outcomes / 14)
    assert as_object(state("gdpr_erasure"), 2.0, 14.0, 20.0)["share"] == 0.25


def test_a_cell_without_labels_would_never_page() -> None:
    part = as_object(state("gdpr_erasure", 0), 1.0, 14.0, 0.0)
    assert (part["labels_per_day"], part["days_to_page"]) == (0.0, None)


def test_the_table_and_what_it_adds_up_to() -> None:
    states = [state(intent) for intent in ("gdpr_erasure", "export")]
    as_of, block, total = budget_view(overview_of(states, {TICKETS: JUDGED_AT - timedelta(days=20)})).blocks

    assert [list(column) for column in zip(*block.rows, strict=True)][:3] == [
        ["export", "gdpr_erasure"],
        ["50.0%", "50.0%"],
        ["7,300", "7,300"],
    ]
    assert [as_cell(row[7]).lines for row in block.rows] == [["8.3 days"], ["8.3 days"]]
    assert as_of.lines == ["judged as of 2026-11-22 12:00 UTC"]
    assert block.heading == "tickets v7 (prod)"
    (note,) = total.notes
    assert note.startswith("100% of 1 false pages a year is given out over 2 watched")
