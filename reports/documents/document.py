"""A report as blocks in; HTML that opens anywhere, Markdown, and tables for a terminal out.

A block is a heading with paragraphs, a list, a picture and a table, each of which may be missing. What comes from
events may hold anything, so every word is escaped here, and nowhere else.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jinja2
import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.domain.text.plain import plain

_HTML = jinja2.Environment(
    loader=jinja2.PackageLoader("reports"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
LONG = 60  # a line of so many characters is prose, no figure
_MARKS = ("\\", "|", "<", ">", "`", "[", "*", "_", "~", "#", "&")
# How the words of verdicts and grades are meant.
MOODS = {
    "degraded": "bad",
    "untrusted": "bad",
    "ok": "good",
    "trusted": "good",
    "soft": "warn",
    "unanchored": "",
}
_COLOURS = {"bad": "red", "warn": "yellow", "good": "green"}


class TableCell(NamedTuple):
    """Words in a table, in lines; `mood` is "bad", "warn" or "good". A `picture` (SVG) is shown in their place."""

    words: str | Sequence[str]
    mood: str = ""
    picture: str = ""

    @property
    def lines(self) -> list[str]:
        """The words, a line each, without anything that could disturb a terminal."""
        return [plain(line) for line in ([self.words] if isinstance(self.words, str) else self.words)]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a report. `level` is its heading's; `boxes` are things to be ticked off by a person, and `links` are
    words with a file that lies beside the report.

    `picture` is SVG with a text alternative of its own; where there are only words it is left out, with its `caption`.
    """

    heading: str = ""
    level: int = 2
    lines: Sequence[str] = ()
    bullets: Sequence[str] = ()
    boxes: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()
    picture: str = ""
    caption: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str | TableCell]] = ()
    notes: Sequence[str] = ()


def html(title: str, blocks: Sequence[Block]) -> str:
    """A page without script that fetches nothing; light and dark, narrow and wide, and on paper."""
    rendered = [
        {
            **{name: getattr(block, name) for name in block.__struct_fields__},
            "table": [[_cell(value) for value in row] for row in block.rows],
            "shape": _shape(block),
        }
        for block in blocks
    ]
    return _HTML.get_template("document.html").render(title=title, blocks=rendered, cleaned=plain)


def markdown(title: str, blocks: Sequence[Block]) -> str:
    """The same for a wiki or a pull request."""
    lines = [f"# {_escaped(title)}"]
    for block in blocks:
        lines += ["", f"{'#' * block.level} {_escaped(block.heading)}"] if block.heading else []
        for words in block.lines:
            lines += ["", _escaped(words)]
        if marked := [
            *(f"- {_escaped(w)}" for w in block.bullets),
            *(f"- [ ] {_escaped(w)}" for w in block.boxes),
        ]:
            lines += ["", *marked]
        if block.links:
            lines += ["", *(f"- [{_escaped(words)}]({file})" for words, file in block.links)]
        if block.rows:
            lines += ["", f"| {' | '.join(block.columns)} |", f"|{'---|' * len(block.columns)}"]
            lines += [f"| {' | '.join(_in_table(_cell(value)) for value in row)} |" for row in block.rows]
        for words in block.notes:
            lines += ["", _escaped(words)]
    return "\n".join(lines) + "\n"


def terminal(title: str, blocks: Sequence[Block], *, bare: bool) -> Group:
    """The same as tables; `bare` without colour and rules, for pipes."""
    parts: list[RenderableType] = [Text(plain(title), style="" if bare else "bold")]
    for block in blocks:
        if block.heading:
            parts += ["", Text(plain(block.heading), style="" if bare else "bold")]
        parts += [Text(plain(words)) for words in block.lines]
        parts += [Text(f"- {plain(words)}") for words in (*block.bullets, *block.boxes)]
        parts += [Text(f"- {plain(words)}: {file}") for words, file in block.links]
        if block.rows:
            parts.append(_grid(block, bare=bare))
        parts += [Text(plain(words)) for words in block.notes]
    return Group(*parts)


def _grid(block: Block, *, bare: bool) -> Table:
    named = any(block.columns)
    grid = Table(
        *block.columns,
        box=None if bare or not named else box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        show_header=named,
    )
    if _shape(block) == "wide":
        grid.columns[0].no_wrap = True  # rather the figures wrap than that a name is cut
    for row in block.rows:
        cells = [_cell(value) for value in row]
        grid.add_row(
            *(
                Text("\n".join(cell.lines), style="" if bare else _COLOURS.get(cell.mood, ""))
                for cell in cells
            )
        )
    return grid


def _shape(block: Block) -> str:
    """Pairs of a label and a value, figures, or prose that a narrow screen shows one under the other."""
    if len(block.columns) == 2:
        return "pairs"
    longest = max(
        (len(line) for row in block.rows for value in row for line in _cell(value).lines), default=0
    )
    return "wide prose" if longest > LONG else "wide"


def _cell(value: str | TableCell) -> TableCell:
    return value if isinstance(value, TableCell) else TableCell(value)


def _in_table(cell: TableCell) -> str:
    return "<br>".join(map(_escaped, cell.lines))


def _escaped(words: str) -> str:
    """Names come from events: they must not become Markdown or HTML."""
    clean = plain(words)
    for mark in _MARKS:
        clean = clean.replace(mark, f"\\{mark}")
    # Neither a link nor a mention: a slash that is escaped, and a joint of no width.
    return clean.replace("://", ":/\\/").replace("@", "@\u2060")
