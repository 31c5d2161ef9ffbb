"""What status leaves out unless it is asked for: retired versions, and slices that are not configured any more."""

from datetime import timedelta

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Judgement, Verdict
from monitor.domain.judging.state import CellState, Retirement
from monitor.domain.slices.cells import Cell
from monitor.review.in_use import in_use
from monitor.review.ports.status import Overview
from reports.tables.status import status_objects, status_view
from tests.reports.tables.overviews import JUDGED_AT, overview_of

OLD, NEW = Model("tickets", "7"), Model("tickets", "8")


def overview() -> Overview:
    cells = [Cell(model, "refund", text) for model in (OLD, NEW) for text in ("", "channel=app", "tier=gold")]
    made = overview_of([CellState(cell, judgement=Judgement(Verdict.OK)) for cell in cells])
    retired = {OLD: Retirement(JUDGED_AT - timedelta(days=1))}
    return made._replace(caps={"channel": 20}, retired=retired)


def test_retired_versions_and_slices_of_before_are_left_out_and_counted() -> None:
    shown = in_use(overview())
    assert [str(status.state.cell) for status in shown.cells] == ["refund", "refund [channel=app]"]
    assert {status.state.cell.model for status in shown.cells} == {NEW}
    assert (shown.left_out, shown.unconfigured) == (3, 1)
    assert len(shown.beside) == 4


def test_status_says_how_many_cells_it_leaves_out_and_how_to_see_them() -> None:
    words = [note for block in status_view(in_use(overview())).blocks for note in block.notes]
    apart = "3 cells of retired versions (tickets v7 (prod)), and 1 cell of slices that are not configured any more"
    assert f"not shown: {apart} (--all)" in words
    assert not [
        note for block in status_view(overview()).blocks for note in block.notes if "not shown" in note
    ]


def test_programs_see_everything_and_which_versions_are_retired() -> None:
    objects = list(status_objects(overview()))
    assert [(each["version"], each["retired"]) for each in objects[::3]] == [("7", True), ("8", False)]
