"""What agents' corrections say of recall in; a line for people, and an object for programs, out."""

from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.slices.cells import Cell
from reports.tables.by_intent import lines_of
from reports.words.corrections import sentence


def as_object(recall: CorrectedRecall | None) -> dict[str, Any] | None:
    """For one intent, or None without any."""
    return None if recall is None else msgspec.to_builtins(recall)


def notes(
    recalls: Mapping[Cell, CorrectedRecall], *, every_row: bool = True, several: bool = False
) -> list[str]:
    """A line for each intent with corrections, the lowest limit first; else of the first three.

    Of `several` models each names its own.
    """
    ranked = sorted(
        recalls.items(),
        key=lambda each: (each[1].recall.high if each[1].recall else each[1].at_most, each[0]),
    )
    return lines_of(ranked, sentence, "corrections", every_row=every_row, several=several)
