"""Blocks in; what a terminal or a pipe shows of them out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.domain.text.plain import plain, printable
from reports.render.blocks import LONG, Block, TableCell, View
from reports.render.layout import GUTTER, Layout, fitted, natural_width, shortened_apart
from reports.render.markdown import markdown
from reports.render.plain_table import PlainTable

UNBOUNDED = 1 << 16  # columns of a pipe
_STYLES = {"bad": "bold red", "warn": "yellow", "good": "green", "quiet": "dim"}


def print_view(console: Console, view: View) -> None:
    """Print a view: with colour and rules where somebody looks on, else a sentence a line, however long."""
    if view.for_wikis and not console.is_terminal:
        console.print(Text(markdown(view.title, view.blocks)), soft_wrap=True, end="")
        return
    print_blocks(console, view.blocks, view.title)


def print_blocks(console: Console, blocks: Iterable[Block], title: str = "") -> None:
    """The same of blocks, each of them printed before the next is asked for."""
    bare = not console.is_terminal
    for part in _parts(title, blocks, bare=bare, width=console.width):
        if not bare:
            console.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))
            continue
        for line in console.render_lines(part, console.options.update(width=UNBOUNDED), pad=False):
            # A table fills its last column with blanks.
            console.file.write("".join(segment.text for segment in line).rstrip() + "\n")


def _parts(title: str, blocks: Iterable[Block], *, bare: bool, width: int) -> Iterator[RenderableType]:
    """Words and tables; `bare` for pipes: no colour and no rules."""

    def said(words: str, style: str = "") -> Text:
        return Text(plain(words), style="" if bare else style)

    if title:
        yield said(title, "bold")
    first = not title
    for block in blocks:
        if block.heading:
            yield from [] if first else [""]
            yield said(block.heading, "bold")
        for words in block.lines:
            yield said(words)
        for words in (*block.bullets, *block.boxes):
            yield said(f"- {words}")
        for words, file in block.links:
            yield said(f"- {words}: {file}")
        if block.rows:
            yield from _rows(block.written if bare else block, bare=bare, width=width)
        for words in block.notes:
            yield said(words)
        yield from (Text(printable(words), no_wrap=True, overflow="ignore") for words in block.verbatim)
        first = first and not _prints(block)


def _prints(block: Block) -> bool:
    """Whether anything of it is shown where there are only words."""
    return any(
        (
            block.heading,
            block.lines,
            block.bullets,
            block.boxes,
            block.links,
            block.rows,
            block.notes,
            block.verbatim,
        )
    )


def _rows(block: Block, *, bare: bool, width: int) -> Iterator[RenderableType]:
    """A table side by side; where that would be too wide, or mostly blanks, its rows one under the other."""
    lines = block.lines_of_cells  # cleaned once: there may be thousands
    layout = fitted(block, UNBOUNDED if bare else width, lines)
    natural = [natural_width([row[at] for row in lines]) for at in range(len(block.columns))]
    if layout is None or (bare and max(natural[:-1], default=0) > LONG):
        # Prose that another column follows would fill every row up with blanks.
        for row in block.table:
            yield from _record(block, row, natural, bare=bare)
        return
    if bare:
        yield PlainTable(block.heads, lines, layout)
        return
    yield _grid(block, layout)
    left_out = [head.name for at, head in enumerate(block.heads) if at not in layout.places and natural[at]]
    if left_out:
        yield Text(f"not shown at this width: {', '.join(left_out)}", style=_STYLES["quiet"])


def _grid(block: Block, layout: Layout) -> Table:
    heads = block.heads
    named = any(column.name for column in heads)
    grid = Table(
        box=box.SIMPLE_HEAD if named else None,
        pad_edge=False,
        padding=(0, GUTTER - 1 if named else GUTTER, 0, 0),
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
        grid.add_row(*(_cell(row[place], names if place == 0 else {}) for place in layout.places))
    return grid


def _cell(cell: TableCell, names: Mapping[str, str]) -> Text:
    """A cell's words; a name that is too long for its column as it is shortened."""
    return Text("\n".join(names.get(line, line) for line in cell.lines), style=_style(cell, bare=False))


def _record(
    block: Block, row: Sequence[TableCell], natural: Sequence[int], *, bare: bool
) -> Iterator[RenderableType]:
    """A row by itself: what leads it in a line, and below it every other column that says something."""
    first = 1
    if not any(head.name for head in block.heads):
        first = len(row) - 1
    elif block.shape == "wide prose":
        while first < len(row) and max(natural[: first + 1]) <= LONG and not block.heads[first].figures:
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
