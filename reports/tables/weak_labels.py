"""What weak labels say of recall in; a line for people, and an object for programs, out."""

from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.domain.recall.weak import WeakRecall
from monitor.domain.slices.cells import Cell

FIRST = 3


def as_object(recall: WeakRecall | None) -> dict[str, Any] | None:
    """For one intent, or None without any."""
    return None if recall is None else msgspec.to_builtins(recall)


def notes(recalls: Mapping[Cell, WeakRecall], *, every_row: bool = True) -> list[str]:
    """A line for each intent with weak labels, the lowest recall first; else of the first three."""
    ranked = sorted(recalls.items(), key=lambda each: (each[1].high, each[0]))
    shown = ranked if every_row else ranked[:FIRST]
    lines = [f"{cell}: {sentence(recall)}" for cell, recall in shown]
    left = len(ranked) - len(shown)
    return [*lines, *([f"weak labels of {left:,} more intents"] if left else [])]


def sentence(recall: WeakRecall) -> str:
    """What a program's labels come to, and how far they are to be believed.

    >>> print(sentence(WeakRecall(0.71, 0.6, 0.8, 0.5, 0.9, 0.99, 12000, 800)).partition(";")[0])
    recall 0.71 (0.60 to 0.80) by 12,000 weak labels, corrected by the 800 tickets that people labelled, too
    """
    said = "" if recall.as_said is None else f"; uncorrected {recall.as_said:.2f}"
    if recall.recall is None or recall.sensitivity is None or recall.specificity is None:
        return (
            f"{recall.labels:,} weak labels cannot be corrected: people labelled {recall.both:,} of their tickets, and"
            f" none as this intent{said}"
        )
    return (
        f"recall {recall.recall:.2f} ({recall.low:.2f} to {recall.high:.2f}) by {recall.labels:,} weak labels,"
        f" corrected by the {recall.both:,} tickets that people labelled, too{said}. They find"
        f" {recall.sensitivity:.0%} of its tickets, and take {1 - recall.specificity:.1%} of the others for such"
    ).replace("%", " %")
