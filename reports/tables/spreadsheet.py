"""CSV that people open in a spreadsheet, which would take what begins like a formula for one."""

import csv
import io
from collections.abc import Iterable, Sequence

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_spreadsheet(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; a text that a spreadsheet would run stands behind an apostrophe, as OWASP has it.

    >>> print(as_spreadsheet([["=1+1", -1, "a,b"]]), end="")
    '=1+1,-1,"a,b"
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_inert(value) for value in row] for row in rows)
    return text.getvalue()


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) else value
