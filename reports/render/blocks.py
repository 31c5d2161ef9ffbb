"""What a report or a command shows, before it is HTML, Markdown or a terminal's: blocks.

A block is a heading with paragraphs, a list, a picture and a table, each of which may be missing. What comes from
events may hold anything, so every word is escaped by the renderers beside this file, and nowhere else.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.text.plain import plain
from reports.render.chart import Chart

SHORT = 12  # digits of an anchor's id, by which it is named
BAR = 16  # characters of the longest bar
BROKEN = 40  # a line of more characters may be broken
LONG = 60  # a line of more characters is prose, or a very long name, and no figure
# How the words of verdicts and grades are meant.
MOODS = {
    "degraded": "bad",
    "untrusted": "bad",
    "ok": "good",
    "trusted": "good",
    "soft": "warn",
    "unanchored": "",
}


class IncidentNumber(NamedTuple):
    """An incident, by the number that people call it by."""

    number: int


class DrawNumber(NamedTuple):
    """A draw of tickets to label, by its number."""

    number: int


class WebAddress(NamedTuple):
    """A page of somebody else's, such as a ticket in the help desk."""

    url: str


class AnchorId(NamedTuple):
    """An anchor, by its id."""

    id: str


Destination = Model | Cell | IncidentNumber | DrawNumber | AnchorId | WebAddress
"""What words may lead to, where there are pages: a model, a cell, an incident, a draw, an anchor, another's page."""


class TableCell(NamedTuple):
    """Words in a table, in lines. A `picture` (SVG) is shown in their place.

    `mood` is "bad", "warn", "good", or "quiet" for what matters less. What the words lead to has a page in the watch
    room; elsewhere they are words. The `hint` of words that lead nowhere is more about them: the watch room shows it
    under the pointer, at a touch, and to whoever comes to them by keys.
    """

    words: str | Sequence[str]
    mood: str = ""
    picture: str = ""
    leads_to: Destination | None = None
    hint: str = ""

    @property
    def lines(self) -> list[str]:
        """The words, a line each, without anything that could disturb a terminal."""
        if isinstance(self.words, str):
            return [plain(self.words)]
        return [plain(line) for line in self.words]

    @property
    def is_long(self) -> bool:
        """Whether a line of it may be broken."""
        return any(len(line) > BROKEN for line in self.lines)


class Column(NamedTuple):
    """A table's column. Figures stand at its right.

    Where a terminal is too narrow, the column of the highest `spare` is left out first; one of 0 never is. One that is
    `drawn` is a picture made of characters, which only a terminal shows; of one that is `copied`, such as a link, no
    word is broken.
    """

    name: str
    figures: bool = False
    spare: int = 0
    drawn: bool = False
    copied: bool = False


CellLines = Sequence[Sequence[Sequence[str]]]
"""The lines of each cell of each row."""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a report. `level` is its heading's; `boxes` are things to be ticked off by a person, and `links` are
    words with a file that lies beside the report. A column may be given by its name alone.

    `picture` is SVG with a text alternative of its own; where there are only words it is left out, with its `caption`.
    In the watch room a `chart` stands in its place where scripts run; its table, which says the same, is folded.
    `verbatim` are lines that are never wrapped, to be copied as they stand. A table `sorts` where a page may bring its
    rows into another order.
    """

    heading: str = ""
    level: int = 2
    lines: Sequence[str] = ()
    bullets: Sequence[str] = ()
    boxes: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()
    picture: str = ""
    caption: str = ""
    chart: Chart | None = None
    columns: Sequence[str | Column] = ()
    rows: Sequence[Sequence[str | TableCell]] = ()
    notes: Sequence[str] = ()
    verbatim: Sequence[str] = ()
    sorts: bool = True

    @property
    def heads(self) -> list[Column]:
        """The columns, each as such."""
        return [column if isinstance(column, Column) else Column(column) for column in self.columns]

    @property
    def table(self) -> list[list[TableCell]]:
        """The rows, each cell as such."""
        return [[as_cell(value) for value in row] for row in self.rows]

    @property
    def written(self) -> "Block":
        """The block without columns that say nothing, or that are drawn: for pipes, and whoever has a page read out."""
        kept = [
            place
            for place, head in enumerate(self.heads)
            if not head.drawn and (place == 0 or not self.rows or any(_says(row[place]) for row in self.rows))
        ]
        if len(kept) == len(self.columns):
            return self
        return msgspec.structs.replace(
            self,
            columns=[self.columns[place] for place in kept],
            rows=[[row[place] for place in kept] for row in self.rows],
        )

    @property
    def shape(self) -> str:
        """Pairs of a label and a value, figures, or prose that a narrow screen shows one under the other."""
        return self.shape_of(self.lines_of_cells)

    def shape_of(self, cells: CellLines) -> str:
        """The same, for who has the lines of its cells."""
        if len(self.columns) == 2:
            return "pairs"
        lines = (line for row in cells for cell in row for line in cell)
        return "wide prose" if any(len(line) > LONG and " " in line for line in lines) else "wide"

    @property
    def lines_of_cells(self) -> CellLines:
        """The lines of each cell of the table, row by row."""
        return [[cell.lines for cell in row] for row in self.table]


class View(NamedTuple):
    """What a command shows: blocks for people, and for programs the `content` that they rest on, unrounded.

    One that is `for_wikis` is Markdown in a pipe.
    """

    blocks: Sequence[Block]
    content: object
    title: str = ""
    for_wikis: bool = False


class LateView:
    """A view of which each half is made when it is asked for: a page needs no objects, and a program no blocks."""

    def __init__(self, blocks: Callable[[], Sequence[Block]], content: Callable[[], object]) -> None:
        self._blocks = blocks
        self._content = content

    @cached_property
    def blocks(self) -> Sequence[Block]:
        """As those of a `View`."""
        return self._blocks()

    @cached_property
    def content(self) -> object:
        """As that of a `View`."""
        return self._content()


def bar(share: float, width: int = BAR) -> str:
    """A bar of so many characters for a share of 1; what is not nothing has one at least.

    >>> bar(0.5, 8), bar(0.001, 8), bar(0.0, 8)
    ('■■■■', '■', '')
    """
    return "■" * max(round(min(share, 1.0) * width), 1) if share > 0 else ""


def _says(value: str | TableCell) -> bool:
    return bool(value) if isinstance(value, str) else bool(value.picture or any(value.words))


def as_cell(value: str | TableCell) -> TableCell:
    """Words alone as a cell."""
    return value if isinstance(value, TableCell) else TableCell(value)
