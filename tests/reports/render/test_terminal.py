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


def test_what_is_for_wikis_is_markdown_in_a_pipe_and_tables_on_a_terminal() -> None:
    def first_line(*, terminal: bool) -> str:
        console = Console(file=io.StringIO(), width=60, force_terminal=terminal, color_system=None)
        print_view(console, VIEW._replace(for_wikis=True))
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue().splitlines()[0]

    assert (first_line(terminal=False), first_line(terminal=True)) == ("# A title", "A title")


def test_what_is_to_be_copied_is_never_wrapped_and_keeps_its_blanks() -> None:
    console = Console(file=io.StringIO(), width=20, force_terminal=True, color_system=None)
    lines = ["  reports/" + "a" * 40, "x\x1b[2J"]
    print_view(console, View([Block(verbatim=lines)], lines))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == ["  reports/" + "a" * 40, "x?[2J"]
