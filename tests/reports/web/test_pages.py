"""A view in, a page of the watch room out: its links, forms, filters, order of rows; every word escaped."""

import pytest

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from reports.render.blocks import Block, Column, IncidentNumber, TableCell, View
from reports.web.page import FOLD, Filter, Form, RoomPage
from reports.web.sorting import in_order, sort_address
from tests.hostile import KINDS, Page

ROWS = [["b", "1,200"], ["c", "-"], ["a", "3"], ["d", "2e8"], ["e", "0.5 of 8"]]
TABLE = Block(columns=["name", Column("outcomes", figures=True)], rows=ROWS)


def names(block: Block) -> str:
    return "".join(str(row[0]) for row in block.rows)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("outcomes", "eabdc"),
        ("-outcomes", "cdbae"),
        ("name", "abcde"),
        ("-name", "edcba"),
        ("no such", "bcade"),
        ("", "bcade"),
    ],
)
def test_rows_stand_in_the_order_of_a_column_and_what_is_missing_last(column: str, order: str) -> None:
    (block,) = in_order([TABLE], column)
    assert names(block) == order


def test_a_heading_leads_to_its_order_and_back_and_keeps_what_was_asked() -> None:
    page = RoomPage("t", View([TABLE], {}), asked={"verdict": "ok"}).html()
    assert "?verdict=ok&amp;sort=outcomes" in page
    assert sort_address({"sort": "outcomes"}, "outcomes") == "?sort=-outcomes"
    assert sort_address({"sort": "-outcomes"}, "outcomes") == "?sort=outcomes"
    assert "sort=" not in RoomPage("t", View([TABLE], {})).html()


def test_words_lead_to_what_they_name() -> None:
    model = Model("tickets", "7")
    places = (model, Cell(model, "refund"), Cell.of_group(model, "rare"), IncidentNumber(3))
    rows: list[list[str | TableCell]] = [[TableCell("x", leads_to=place), "", ""] for place in places]
    page = RoomPage("t", View([Block(columns=("", "a", "b"), rows=rows)], {})).html()
    assert Page(page).links[-4:] == [
        "/models/tickets/prod?version=7",
        "/models/tickets/prod/intents/refund?version=7",
        "/models/tickets/prod/groups/rare?version=7",
        "/incidents/3",
    ]


def test_forms_are_there_for_who_has_a_token_and_ask_for_what_is_needed() -> None:
    form = Form("/incidents/1/note", "note", (("who*", "your name"), ("words", "what")))
    page = RoomPage("t", View([], {}), forms=[form])
    assert "<form" not in page.html()
    shown = page.html("secret")
    assert 'action="/incidents/1/note"' in shown
    assert 'name="form" value="secret"' in shown
    assert 'name="who" required' in shown
    assert 'name="words" maxlength' in shown


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_name_holds_it_is_words(kind: str) -> None:
    name = KINDS[kind]
    cell = TableCell(name, leads_to=Cell(Model(name, name, name), name, f"{name}={name}"))

    def page(words: str, shown: TableCell) -> RoomPage:
        block = Block(
            heading=words,
            lines=[words],
            notes=[words],
            verbatim=[words],
            columns=("a", "b", "c"),
            rows=[[shown, words, ""]],
        )
        return RoomPage(
            words,
            View([block], {}),
            [Form("/x", "note", (("who*", words),))],
            [Filter("intent", words, (words,))],
            [("/x", words)],
            asked={"intent": words},
        )

    shown = Page(page(name, cell).html("t")).foreign
    folded = ["details", "summary"] if len(name) > FOLD else []
    assert sorted(shown) == sorted([*Page(page("plain", TableCell("plain")).html("t")).foreign, *folded])


def test_the_title_and_the_icon_say_how_many_incidents_are_open() -> None:
    well, broken = RoomPage("now", View([], {})).html(), RoomPage("now", View([], {}), broken=2).html()
    assert "<title>now</title>" in well
    assert "/static/well.svg" in well
    assert "<title>(2) now</title>" in broken
    assert "/static/broken.svg" in broken
