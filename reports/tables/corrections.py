"""What agents' corrections say of recall in; a line for people, and an object for programs, out."""

from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.slices.cells import Cell
from reports.tables.by_intent import lines_of
from reports.words.corrections import sentence

NAMED = 3


def as_object(recall: CorrectedRecall | None) -> dict[str, Any] | None:
    """For one intent, or None without any."""
    return None if recall is None else msgspec.to_builtins(recall)


def strange(corrected: Mapping[Model, Mapping[str, int]]) -> list[str]:
    """A line for each model whose tickets agents corrected to names that nothing else has, the most frequent first."""
    lines = []
    for model, names in sorted(corrected.items()):
        ranked = sorted(names.items(), key=lambda each: (-each[1], each[0]))
        listed = ", ".join(f"{tickets:,} to {name}" for name, tickets in ranked[:NAMED])
        more = f" and to {len(ranked) - NAMED} more names" if len(ranked) > NAMED else ""
        lines.append(
            f"{model}: agents re-routed {listed}{more}, which it never predicts, no anchor promises and no label has:"
            " they count for no intent. Do `aliases` of the map lack a name?"
        )
    return lines


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
