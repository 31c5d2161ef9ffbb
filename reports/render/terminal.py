"""Blocks in; what a terminal or a pipe shows of them out."""

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.domain.text.plain import plain, printable
from reports.render.blocks import LONG, Block, TableCell, View
from reports.render.layout import GUTTER, Layout, fitted, natural_width, shortened_apart
from reports.render.markdown import markdown

UNBOUNDED = 1 << 16  # columns of a pipe
_STYLES = {"bad": "bold red", "warn": "yellow", "good": "green", "quiet": "dim"}


def print_view(console: Console, view: View) -> None:
    """Print a view: with colour and rules where somebody looks on, else a sentence a line, however long."""
    bare = not console.is_terminal
    if bare and view.for_wikis:
        console.print(Text(markdown(view.title, view.blocks)), soft_wrap=True, end="")
        return
    printed = terminal(view.title, view.blocks, bare=bare, width=console.width)
    if not bare:
        for part in printed.renderables:
            console.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))
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
            parts += _rows(block.written if bare else block, bare=bare, width=width)
        for words in block.notes:
            say(words)
        parts += [Text(printable(words), no_wrap=True, overflow="ignore") for words in block.verbatim]
    return Group(*parts)


def _rows(block: Block, *, bare: bool, width: int) -> Iterator[RenderableType]:
    """A table side by side; where that would be too wide, or mostly blanks, its rows one under the other."""
    layout = fitted(block, UNBOUNDED if bare else width)
    if layout is None or (bare and _mostly_blanks(block)):
        for row in block.table:
            yield from _record(block, row, bare=bare)
        return
    yield _grid(block, layout, bare=bare)
    left_out = [
        head.name
        for at, head in enumerate(block.heads)
        if at not in layout.places and natural_width([row[at] for row in block.table])
    ]
    if left_out:
        yield Text(f"not shown at this width: {', '.join(left_out)}", style=_STYLES["quiet"])


def _mostly_blanks(block: Block) -> bool:
    """Whether prose is followed by another column, which every row would be filled up to with blanks."""
    return any(natural_width([row[at] for row in block.table]) > LONG for at in range(len(block.columns) - 1))


def _grid(block: Block, layout: Layout, *, bare: bool) -> Table:
    heads = block.heads
    named = any(column.name for column in heads)
    ruled = named and not bare
    grid = Table(
        box=box.SIMPLE_HEAD if ruled else None,
        pad_edge=False,
        padding=(0, GUTTER - 1 if ruled else GUTTER, 0, 0),
        show_edge=False,
        show_header=named,
    )
    for place, width in zip(layout.places, layout.widths, strict=True):
        head = heads[place]
        grid.add_column(head.name, justify="right" if head.figures else "left", width=width, overflow="fold")
    table, names = block.table, dict[str, str]()
    if block.shape == "wide":
        names = shortened_apart((line for row in table for line in row[0].lines), layout.widths[0])
    for row in table:
        grid.add_row(*(_cell(row[place], names if place == 0 else {}, bare=bare) for place in layout.places))
    return grid


def _cell(cell: TableCell, names: Mapping[str, str], *, bare: bool) -> Text:
    """A cell's words; a name that is too long for its column as it is shortened."""
    return Text("\n".join(names.get(line, line) for line in cell.lines), style=_style(cell, bare=bare))


def _record(block: Block, row: Sequence[TableCell], *, bare: bool) -> Iterator[RenderableType]:
    """A row by itself: what leads it in a line, and below it every other column that says something."""
    first = 1
    if not any(head.name for head in block.heads):
        first = len(row) - 1
    elif block.shape == "wide prose":
        short = [natural_width([each[at] for each in block.table]) <= LONG for at in range(len(row))]
        while first < len(row) and all(short[: first + 1]) and not block.heads[first].figures:
            first += 1
    lead = [Text(" ".join(cell.lines), style=_style(cell, bare=bare)) for cell in row[:first]]
    yield Text("  ").join(lead)
    for head, cell in list(zip(block.heads, row, strict=True))[first:]:
        lines = cell.lines
        if lines in ([], [""], ["-"]):
            continue
        begin = f"{head.name}: " if head.name else ""
        for line in [f"{begin}{lines[0]}", *(f"  {line}" for line in lines[1:])]:
            yield Padding(Text(line, style=_style(cell, bare=bare)), (0, 0, 0, 2), expand=False)


def _style(cell: TableCell, *, bare: bool) -> str:
    return "" if bare else _STYLES.get(cell.mood, "")
