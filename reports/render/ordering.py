"""A cell of a table in, what to sort it by out: numbers by size before words by letters, what is missing last."""

import re

from reports.render.blocks import TableCell

_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?")


def order_key(cell: TableCell) -> tuple[int, float, str]:
    """Cells in the order of these keys stand as people expect."""
    words = " ".join(cell.lines)
    found = _NUMBER.match(words.lstrip("<> "))
    if found:
        return 0, float(found[0].replace(",", "")), words
    return (2 if words in ("", "-") else 1), 0.0, words.casefold()
