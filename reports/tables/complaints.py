"""Complaints in; how high recall can be at most, since they never enter recall, out."""

from collections.abc import Mapping
from typing import Any

from monitor.domain.recall.at_most import recall_at_most
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import Complaints
from reports.figures import counted
from reports.tables.by_intent import lines_of


def as_object(complaints: Complaints | None) -> dict[str, Any] | None:
    """For one intent, or None without any."""
    if complaints is None:
        return None
    return {"confirmed": complaints.confirmed, "recall_at_most": _at_most(complaints)}


def notes(complaints: Mapping[Cell, Complaints], *, every_row: bool = True) -> list[str]:
    """A line for each intent with complaints, the lowest limit first; else of the first three."""
    ranked = sorted(complaints.items(), key=lambda each: (_at_most(each[1]), each[0]))
    return lines_of(ranked, _sentence, "complaints", every_row=every_row)


def _sentence(missed: Complaints) -> str:
    return (
        f"{counted(missed.confirmed, 'ticket')} complained of as missed; complaints never enter recall, which is at"
        f" most {_at_most(missed):.2f}"
    )


def _at_most(complaints: Complaints) -> float:
    return recall_at_most(complaints.predicted, complaints.confirmed)
