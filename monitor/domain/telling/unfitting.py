"""A silence that fits no cell that anybody knows of: which of its words fits none, and what was probably meant."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.patterns import fits_pattern
from monitor.domain.telling.silences import fields_of
from monitor.domain.text.nearest import nearest


class UnfittingMatcher(NamedTuple):
    """A field and a pattern that no known cell fits; `meant` is the known name that looks most like it."""

    field: str
    pattern: str
    meant: str | None


def unfitting(matchers: Mapping[str, str], cells: Iterable[Cell]) -> list[UnfittingMatcher] | None:
    """None where some cell fits all; else the matchers that fit none by themselves, which may be no single one.

    >>> from monitor.domain.events.types import Model
    >>> unfitting({"intent": "refnd"}, [Cell(Model("tickets", "7"), "refund")])
    [UnfittingMatcher(field='intent', pattern='refnd', meant='refund')]
    """
    known = [fields_of(cell) for cell in cells]
    if any(
        all(fits_pattern(named[field], pattern) for field, pattern in matchers.items()) for named in known
    ):
        return None
    return [
        UnfittingMatcher(field, pattern, nearest(pattern, sorted({named[field] for named in known} - {""})))
        for field, pattern in matchers.items()
        if not any(fits_pattern(named[field], pattern) for named in known)
    ]
