"""What weak labels say of recall in; a line for people, and an object for programs, out."""

from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.domain.recall.weak import WeakRecall
from monitor.domain.slices.cells import Cell
from reports.tables.by_intent import lines_of
from reports.words.weak_labels import sentence


def as_object(recall: WeakRecall | None) -> dict[str, Any] | None:
    """For one intent, or None without any."""
    return None if recall is None else msgspec.to_builtins(recall)


def notes(recalls: Mapping[Cell, WeakRecall], *, every_row: bool = True, several: bool = False) -> list[str]:
    """A line for each intent with weak labels, the lowest recall first; else of the first three.

    Of `several` models each names its own.
    """
    ranked = sorted(recalls.items(), key=lambda each: (each[1].high, each[0]))
    return lines_of(ranked, sentence, "weak labels", every_row=every_row, several=several)
