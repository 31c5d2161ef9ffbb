"""Tables and a column's name in, the tables with their rows in its order out: the way back is its name with a minus."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from msgspec.structs import replace

from reports.render.blocks import Block
from reports.render.ordering import order_key
from reports.web import paging

FIELD = "sort"


def in_order(blocks: Sequence[Block], column: str) -> list[Block]:
    """The blocks; each that sorts and has such a column is sorted by it; rows alike in it stay as they were."""
    name, backwards = column.removeprefix("-"), column.startswith("-")
    return [_sorted(block, name, backwards=backwards) for block in blocks]


def sort_address(asked: Mapping[str, str], column: str) -> str:
    """The first page of the same in the order of a column; the other way round where it is in that order already.

    >>> sort_address({"verdict": "ok", "sort": "floor"}, "floor")
    '?verdict=ok&sort=-floor'
    """
    now = asked.get(FIELD, "")
    kept = {name: value for name, value in asked.items() if name != paging.FIELD}
    return "?" + urlencode({**kept, FIELD: f"-{column}" if now == column else column})


def sorted_by(asked: Mapping[str, str], column: str) -> str:
    """The order in which a column stands, in the words of ARIA; "" where the rows are not in its order.

    >>> [sorted_by({"sort": sort}, "floor") for sort in ("floor", "-floor", "intent", "")]
    ['ascending', 'descending', '', '']
    """
    return {column: "ascending", f"-{column}": "descending"}.get(asked.get(FIELD, ""), "")


def _sorted(block: Block, name: str, *, backwards: bool) -> Block:
    names = [head.name for head in block.heads]
    if not name or name not in names or not block.sorts:
        return block
    at = names.index(name)
    rows = sorted(
        zip(block.table, block.rows, strict=True), key=lambda row: order_key(row[0][at]), reverse=backwards
    )
    return replace(block, rows=[row for _, row in rows])
