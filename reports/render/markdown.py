"""Blocks in; Markdown for a wiki or a pull request out."""

import re
from collections.abc import Sequence

from monitor.domain.text.plain import plain, printable
from reports.render.blocks import Block, TableCell

_MARKS = ("\\", "|", "<", ">", "`", "[", "*", "_", "~", "#", "&")


def markdown(title: str, blocks: Sequence[Block]) -> str:
    """The text; it ends with a line."""
    lines = [f"# {_escaped(title)}"]
    for block in (each.written for each in blocks):
        lines += ["", f"{'#' * block.level} {_escaped(block.heading)}"] if block.heading else []
        for words in block.lines:
            lines += ["", _of_its_own(words)]
        if marked := [
            *(f"- {_of_its_own(words)}" for words in block.bullets),
            *(f"- [ ] {_of_its_own(words)}" for words in block.boxes),
        ]:
            lines += ["", *marked]
        if block.links:
            lines += ["", *(f"- [{_escaped(words)}]({file})" for words, file in block.links)]
        if block.rows:
            heads = [column.name for column in block.heads]
            lines += ["", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
            lines += [f"| {' | '.join(map(_in_table, row))} |" for row in block.table]
        for words in block.notes:
            lines += ["", _of_its_own(words)]
        if block.verbatim:
            lines += ["", *(f"    {printable(words)}" for words in block.verbatim)]
    return "\n".join(lines) + "\n"


def _in_table(cell: TableCell) -> str:
    return "<br>".join(map(_escaped, cell.lines))


def _of_its_own(words: str) -> str:
    """Words that begin a line, where a dash or a number with a full stop would begin a list, and `===` a heading."""
    return re.sub(r"^(\d*)([-+=.)])(?=[-=\s]|$)", r"\1\\\2", _escaped(words))


def _escaped(words: str) -> str:
    """Names come from events: they must not become Markdown or HTML."""
    clean = plain(words)
    for mark in _MARKS:
        clean = clean.replace(mark, f"\\{mark}")
    # Neither a link nor a mention: a slash that is escaped, and a joint of no width.
    return clean.replace("://", ":/\\/").replace("@", "@\u2060")
