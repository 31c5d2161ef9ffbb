"""What a terminal, and what a pipe gets of the same blocks."""

import io

from rich.console import Console

from reports.render.blocks import Block, Column, TableCell, View
from reports.render.terminal import print_view

PROSE = "a reason that is long, " * 20
VIEW = View(
    [
        Block(lines=["tickets 7: held"], bullets=["refund: kept\x1b[2J"]),
        Block(
            heading="intents",
            columns=["intent", Column("live", figures=True), Column("wide", spare=1), "why"],
            rows=[["refund", "0.9", "x" * 20, PROSE], [TableCell("billing", "quiet"), "0.25", "y", "-"]],
            notes=["that is all"],
        ),
    ],
    {},
    "A title",
)


def printed(width: int, *, terminal: bool) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system="standard")
    print_view(console, VIEW)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_pipe_gets_a_sentence_a_line_however_long_without_colour_or_blanks_at_the_end() -> None:
    assert printed(240, terminal=False) == [
        "A title",
        "tickets 7: held",
        "- refund: kept?[2J",
        "",
        "intents",
        "intent   live  wide                  why",
        f"refund    0.9  {'x' * 20}  {PROSE.strip()}",
        "billing  0.25  y                     -",
        "that is all",
    ]


def test_a_terminal_gets_lines_of_its_width_and_no_column_that_needs_more() -> None:
    lines = printed(60, terminal=True)
    assert [line for line in lines if "wide" in line] == ["\x1b[2mnot shown at this width: wide\x1b[0m"]
    assert not [line for line in lines if "x" * 20 in line]
    assert len(lines) > 12
    assert "\x1b[1mA title\x1b[0m" in lines
    assert [line for line in lines if line.startswith("\x1b[2mbilling")]
    assert [line for line in printed(120, terminal=True) if "wide" in line]
