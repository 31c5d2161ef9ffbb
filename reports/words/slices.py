"""Slices of an intent that broke, in words; on their own, as a person on call waits for no arithmetic of verdicts."""

from collections.abc import Iterable

from monitor.domain.slices.cells import Cell

NAMED = 3


def in_slices(slices: Iterable[tuple[Cell, bool]]) -> str:
    """Slices that are degraded (True) or suspected: `degraded in channel=email, suspect in tier=free`; "" for none.

    >>> from monitor.domain.events.types import Model
    >>> in_slices([(Cell(Model("tickets", "7"), "refund", "channel=email"), True)])
    'degraded in channel=email'
    """
    words = [f"{'degraded' if degraded else 'suspect'} in {cell.slice_text}" for cell, degraded in slices]
    more = len(words) - NAMED
    return ", ".join(words[:NAMED]) + (f" and {more} more" if more > 0 else "")
