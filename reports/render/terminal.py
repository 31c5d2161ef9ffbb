"""Blocks in; what a terminal or a pipe shows of them out."""

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.domain.text.plain import plain
from reports.render.blocks import Block, View

UNBOUNDED = 1 << 16  # columns of a pipe
_STYLES = {"bad": "bold red", "warn": "yellow", "good": "green", "quiet": "dim"}


def print_view(console: Console, view: View) -> None:
    """Print a view: with colour and rules where somebody looks on, else a sentence a line, however long."""
    bare = not console.is_terminal
    printed = terminal(view.title, view.blocks, bare=bare, width=console.width)
    if not bare:
        console.print(printed)
        return
    for line in console.render_lines(printed, console.options.update(width=UNBOUNDED), pad=False):
        # A table fills its last column with blanks.
        console.file.write("".join(segment.text for segment in line).rstrip() + "\n")


def terminal(title: str, blocks: Sequence[Block], *, bare: bool, width: int) -> Group:
    """Words and tables; `bare` for pipes: no colour and no rules."""
    parts: list[RenderableType] = []

    def say(words: str, style: str = "") -> None:
        parts.append(Text(plain(words), style="" if bare else style))

    if title:
        say(title, "bold")
    for block in blocks:
        if block.heading:
            parts += [""] if parts else []
            say(block.heading, "bold")
        for words in block.lines:
            say(words)
        for words in (*block.bullets, *block.boxes):
            say(f"- {words}")
        for words, file in block.links:
            say(f"- {words}: {file}")
        if block.rows:
            parts.append(_grid(block, bare=bare, width=width))
        for words in block.notes:
            say(words)
    return Group(*parts)


def _grid(block: Block, *, bare: bool, width: int) -> Table:
    heads = block.heads
    named = any(column.name for column in heads)
    grid = Table(
        box=None if bare or not named else box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 2 if bare or not named else 1, 0, 0),
        show_edge=False,
        show_header=named,
    )
    places = [place for place, column in enumerate(heads) if width >= column.from_width]
    for place in places:
        # Rather the prose wraps than that a name or a figure is cut.
        whole = heads[place].figures or (place == places[0] and block.shape == "wide")
        grid.add_column(heads[place].name, justify="right" if heads[place].figures else "left", no_wrap=whole)
    for row in block.table:
        grid.add_row(
            *(
                Text("\n".join(row[place].lines), style="" if bare else _STYLES.get(row[place].mood, ""))
                for place in places
            )
        )
    return grid
