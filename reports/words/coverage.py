"""What the evidence says of a cell and what could be seen of it in; the few words and colours of a table out."""

import math
from collections.abc import Iterable

from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.slices.cells import Cell
from reports.figures import about_days
from reports.render.blocks import MOODS

SLICES = 3  # of an intent, named; the rest are counted


def mood(judgement: Judgement) -> str:
    """How a verdict is meant; one that rests on nothing that could be seen is no good news."""
    if judgement.verdict is Verdict.OK and judgement.coverage is not Coverage.SEEN:
        return "quiet"
    return MOODS.get(judgement.verdict.value, "warn")


def in_slices(slices: Iterable[tuple[Cell, bool]]) -> str:
    """Slices of an intent that are degraded (True) or suspected: `degraded in channel=email, suspect in tier=free`."""
    words = [
        f"{Verdict.DEGRADED if degraded else Verdict.SUSPECT} in {cell.slice_text}"
        for cell, degraded in slices
    ]
    more = len(words) - SLICES
    return ", ".join(words[:SLICES]) + (f" and {more} more" if more > 0 else "")


def seen_in(judgement: Judgement, unseen_days: float | None) -> str:
    """How soon a fall would be seen: `3.1 d`, `blind`, `stale`; `-` without a floor, or where a page stands.

    `unseen_days` as `CellState.unseen_days` gives them.
    """
    if judgement.coverage in (Coverage.BLIND, Coverage.STALE):
        return judgement.coverage.value
    broken = judgement.verdict in (Verdict.DEGRADED, Verdict.UNANCHORED)
    if broken or unseen_days is None or not math.isfinite(unseen_days):
        return "-"
    return about_days(unseen_days)
