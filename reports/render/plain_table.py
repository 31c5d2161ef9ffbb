"""A table's cells and its layout in; its lines for a pipe out, each column as wide as it is."""

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from reports.render.blocks import CellLines, Column
from reports.render.layout import GUTTER, Layout, width_of


class PlainTable:
    """The same lines as a grid of Rich's without colour and rules, in a fiftieth of its time."""

    def __init__(self, heads: Sequence[Column], cells: CellLines, layout: Layout) -> None:
        self._heads = [heads[place] for place in layout.places]
        self._cells = cells
        self._layout = layout

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Its lines, as they are printed."""
        for line in self.lines():
            yield Segment(line)
            yield Segment.line()

    def lines(self) -> Iterator[str]:
        """The names of its columns, where they have any, and a line or more for each row."""
        if any(head.name for head in self._heads):
            yield self._line([head.name for head in self._heads])
        for row in self._cells:
            cells = [row[place] for place in self._layout.places]
            for number in range(max(1, *map(len, cells))):
                yield self._line([cell[number] if number < len(cell) else "" for cell in cells])

    def _line(self, words: Sequence[str]) -> str:
        parts = []
        for each, head, width in zip(words, self._heads, self._layout.widths, strict=True):
            blanks = " " * (width - width_of(each))
            parts.append(blanks + each if head.figures else each + blanks)
        return (" " * GUTTER).join(parts).rstrip()
