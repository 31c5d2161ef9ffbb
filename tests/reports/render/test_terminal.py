"""What a terminal, and what a pipe gets of the same blocks."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table as RichTable

from reports.render.blocks import Block, Column, TableCell, View
from reports.render.terminal import print_blocks, print_view

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


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


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


def test_a_table_in_a_pipe_has_the_lines_of_a_grid_of_rich(rng: np.random.Generator) -> None:
    """Names of two columns a letter, cells of several lines or of none, columns without a word: as Rich aligns them."""
    words = ["", "-", "a", "refund", "返品", "0.95 of 400", "café", "1,234"]
    for _ in range(50):
        columns = [
            Column(f"c{at}" * int(rng.integers(1, 4)), figures=bool(rng.integers(2))) for at in range(4)
        ]
        rows = [
            [
                TableCell([str(rng.choice(words)) for _ in range(rng.integers(1, 3))] if at else f"n{number}")
                for at in range(4)
            ]
            for number in range(5)
        ]
        block = Block(columns=columns, rows=rows)
        out = Console(file=io.StringIO(), width=240)
        print_view(out, View([block], {}))
        shown = [at for at in range(4) if any(any(row[at].lines) for row in rows)]
        grid = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
        for at in shown:
            grid.add_column(columns[at].name, justify="right" if columns[at].figures else "left")
        for row in rows:
            grid.add_row(*("\n".join(row[at].lines) for at in shown))
        rich = Console(file=io.StringIO(), width=1_000)
        rich.print(grid)
        assert isinstance(out.file, io.StringIO)
        assert isinstance(rich.file, io.StringIO)
        wanted = [line.rstrip() for line in rich.file.getvalue().splitlines()]
        assert out.file.getvalue().splitlines() == wanted


def test_a_block_is_printed_before_the_next_is_made() -> None:
    out = io.StringIO()
    console, seen = Console(file=out, width=80), []

    def blocks() -> Iterator[Block]:
        for number in range(3):
            seen.append(out.getvalue().count("row"))
            yield Block(columns=["name"], rows=[[f"row {number}"]])

    print_blocks(console, blocks())
    assert seen == [0, 1, 2]
