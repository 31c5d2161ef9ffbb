"""How a table fits a narrow screen: nothing is cut to nothing, and names stay apart."""

import io

import pytest
from rich.console import Console

from reports.render.blocks import Block, Column, TableCell, View
from reports.render.layout import fitted, shortened
from reports.render.terminal import print_view

FIGURES = Block(
    columns=[
        "intent",
        Column("offline", figures=True, spare=1),
        Column("live", figures=True),
        Column("since release", figures=True, spare=2),
        "verdict",
    ],
    rows=[
        ["data_export_request_of_enterprises", "0.96 of 85", "0.54", "3e8", TableCell("degraded", "bad")],
        ["refund", "1.00 of 1,025", "0.97", "0.0", TableCell("ok", "good")],
    ],
)
PROSE = Block(
    columns=["stage", "what the evidence says", "left open"],
    rows=[
        [
            TableCell(["purpose:", "Was there a gap?"]),
            "78 of the anchor's 86 examples are generated. " * 2,
            "Why?",
        ],
        [
            TableCell(["training:", "Was the tail kept?"]),
            "-",
            TableCell(["How many real examples were there? " * 3, "And why?"]),
        ],
    ],
)


def printed(block: Block, width: int, *, terminal: bool = True) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)
    print_view(console, View([block], {}))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_what_can_be_spared_is_left_out_first_and_named() -> None:
    assert printed(FIGURES, 100)[0].split() == ["intent", "offline", "live", "since", "release", "verdict"]
    # 34 + 13 + 4 + 13 + 8 characters and four gutters are 80; below, the heading wraps, then the widest gives way.
    assert fitted(FIGURES, 80) == ([0, 1, 2, 3, 4], [34, 13, 4, 13, 8])
    assert fitted(FIGURES, 79) == ([0, 1, 2, 3, 4], [34, 13, 4, 12, 8])
    assert fitted(FIGURES, 68) == ([0, 1, 2, 3, 4], [28, 13, 4, 7, 8])  # `since release` in two lines
    assert fitted(FIGURES, 60) == ([0, 1, 2, 4], [29, 13, 4, 8])
    assert printed(FIGURES, 60)[2:] == [
        "data_export_re…of_enterprises     0.96 of 85  0.54  degraded",
        "refund                         1.00 of 1,025  0.97  ok",
        "not shown at this width: since release",
    ]
    assert printed(FIGURES, 44)[2:4] == [
        "data_export_re…f_enterprises  0.54  degraded",
        "refund                        0.97  ok",
    ]


@pytest.mark.parametrize("width", [12, 20, 30, 40, 60, 80, 200])
@pytest.mark.parametrize("block", [FIGURES, PROSE], ids=["figures", "prose"])
def test_every_word_that_is_shown_has_room(block: Block, width: int) -> None:
    for line in printed(block, width):
        assert len(line) <= width
    words = " ".join(printed(block, width)).split()
    assert "degraded" in words if block is FIGURES else "Why?" in words


def test_a_table_that_fits_no_way_stands_row_by_row() -> None:
    assert fitted(FIGURES, 30) is None
    assert printed(FIGURES, 30) == [
        "data_export_request_of_enterpr",
        "ises",
        "  offline: 0.96 of 85",
        "  live: 0.54",
        "  since release: 3e8",
        "  verdict: degraded",
        "refund",
        "  offline: 1.00 of 1,025",
        "  live: 0.97",
        "  since release: 0.0",
        "  verdict: ok",
    ]


def test_names_that_would_read_alike_are_not_shortened() -> None:
    alike = Block(
        columns=["intent", Column("live", figures=True), Column("outcomes", figures=True)],
        rows=[[f"refund_request_from_{place}_customers_by_mail", "0.9", "12"] for place in ("eu", "us")],
    )
    assert fitted(alike, 60) is not None
    assert fitted(alike, 36) is None
    assert "refund_request_from_eu_customers_by_mail" in "".join(printed(alike, 36))


def test_prose_in_narrow_columns_stands_row_by_row_with_its_headings() -> None:
    assert fitted(PROSE, 120) is not None
    assert printed(PROSE, 76) == [
        "purpose: Was there a gap?",
        "  what the evidence says: 78 of the anchor's 86 examples are generated. 78",
        "  of the anchor's 86 examples are generated.",
        "  left open: Why?",
        "training: Was the tail kept?",
        "  left open: How many real examples were there? How many real examples were",
        "  there? How many real examples were there?",
        "    And why?",
    ]


def test_a_pipe_gets_no_line_that_is_filled_up_with_blanks() -> None:
    lines = printed(PROSE, 240, terminal=False)
    assert max(map(len, lines)) < 130
    assert lines[:2] == [
        "purpose: Was there a gap?",
        "  what the evidence says: 78 of the anchor's 86 examples are generated. 78 of the anchor's 86 examples are"
        " generated.",
    ]


def test_the_middle_of_a_name_makes_room() -> None:
    assert shortened("refund", 6) == "refund"
    assert shortened("data_export_request", 12) == "data_e…quest"
    assert shortened("数据导出请求", 8) == "数据…求"  # each takes two columns
    assert [shortened("refund", width) for width in (3, 2, 1, 0)] == ["r…d", "r…", "…", ""]


def test_a_link_is_whole_or_left_out() -> None:
    link = "https://desk.example.org/t/4711"
    block = Block(
        columns=["id", Column("ticket", spare=1, copied=True), "why"], rows=[["4711", link, "late"]]
    )
    assert link in printed(block, 43)[2]
    assert printed(block, 42)[2:] == ["4711  late", "not shown at this width: ticket"]
