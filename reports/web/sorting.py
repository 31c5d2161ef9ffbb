"""Tables and a column's name in, the tables with their rows in its order out: the way back is its name with a minus."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from msgspec.structs import replace

from reports.render.blocks import Block, TableCell

FIELD = "sort"
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?")


def in_order(blocks: Sequence[Block], column: str) -> list[Block]:
    """The blocks; each that has such a column is sorted by it, and rows that are alike in it stay as they were."""
    name, backwards = column.removeprefix("-"), column.startswith("-")
    return [_sorted(block, name, backwards=backwards) for block in blocks]


def sort_address(asked: Mapping[str, str], column: str) -> str:
    """The same page in the order of a column; the other way round where it is in that order already.

    >>> sort_address({"verdict": "ok", "sort": "floor"}, "floor")
    '?verdict=ok&sort=-floor'
    """
    now = asked.get(FIELD, "")
    return "?" + urlencode({**asked, FIELD: f"-{column}" if now == column else column})


def _sorted(block: Block, name: str, *, backwards: bool) -> Block:
    names = [head.name for head in block.heads]
    if not name or name not in names:
        return block
    at = names.index(name)
    rows = sorted(
        zip(block.table, block.rows, strict=True), key=lambda row: _key(row[0][at]), reverse=backwards
    )
    return replace(block, rows=[row for _, row in rows])


def _key(cell: TableCell) -> tuple[int, float, str]:
    """Numbers by size before words by letters; what is missing comes last."""
    words = " ".join(cell.lines)
    found = _NUMBER.match(words.lstrip("<> "))
    if found:
        return 0, float(found[0].replace(",", "")), words
    return (2 if words in ("", "-") else 1), 0.0, words.casefold()
