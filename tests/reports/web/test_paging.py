"""Of a model with thousands of cells a page lays out a part, in the order that is asked for, and leads to the rest."""

from monitor.domain.judging.state import CellLabels, CellState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from reports.render.blocks import LateView, View
from reports.tables.intents import TablePart
from reports.tables.status import status_view
from reports.web.page import RoomPage
from reports.web.paging import ROWS, Paging
from reports.web.sorting import sort_address
from tests.hostile import Page
from tests.reports.tables.overviews import overview_of
from tests.stored import TICKETS

MANY = 250
CELLS = [
    CellState(Cell(TICKETS, f"intent-{number:03}"), CellLabels(Tally(number * 37 % MANY)))
    for number in range(MANY)
]


def names(number: int, column: str = "") -> list[str]:
    """The intents of a page's table."""
    part = TablePart((number - 1) * ROWS, ROWS, column)
    blocks = status_view(overview_of(CELLS), every_row=True, narrowed=True, part=part).blocks
    return [row[0].lines[0] for block in blocks if block.heading for row in block.table]


def test_the_pages_together_show_every_cell_once_in_one_order() -> None:
    pages = [names(number) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [100, 100, 50, 0]
    assert [name for page in pages for name in page] == sorted(state.cell.intent for state in CELLS)


def test_rows_are_put_in_order_before_they_are_parted() -> None:
    by_outcomes = sorted(CELLS, key=lambda state: state.labels.tally.support)
    intents = [state.cell.intent for state in by_outcomes]
    assert names(1, "outcomes") + names(2, "outcomes") + names(3, "outcomes") == intents
    assert names(1, "-outcomes")[:50] == intents[::-1][:50]


def test_only_what_a_page_shows_is_explained_on_it() -> None:
    part = TablePart(0, ROWS)
    noted = " ".join(
        status_view(overview_of(CELLS), every_row=True, narrowed=True, part=part).blocks[-1].notes
    )
    assert "249" not in noted


def test_a_page_says_which_rows_it_shows_and_leads_to_those_before_and_behind() -> None:
    asked = {"verdict": "ok", "page": "2"}
    shown = RoomPage("t", View([], {}), asked=asked, paging=Paging.of(asked, MANY)).html()
    assert "rows 101 to 200 of 250" in shown
    assert Page(shown).links[-2:] == ["?verdict=ok", "?verdict=ok&page=3"]
    whole = RoomPage("t", View([], {}), asked={}, paging=Paging.of({}, ROWS)).html()
    assert "rows 1" not in whole


def test_another_order_begins_with_its_first_page() -> None:
    assert sort_address({"page": "3", "sort": "floor"}, "intent") == "?sort=intent"


def test_a_page_makes_no_objects_and_a_program_no_blocks() -> None:
    def never() -> list[str]:
        raise AssertionError("nobody asked for it")

    assert "<h1>t</h1>" in RoomPage("t", LateView(list, never)).html()
    assert RoomPage("t", LateView(never, lambda: {"a": 1})).json() == '{\n  "a": 1\n}\n'  # type: ignore[arg-type]
