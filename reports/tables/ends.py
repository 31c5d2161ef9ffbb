"""What a person ended and labels have not confirmed, in a line of `status` and for programs."""

from collections.abc import Iterable
from typing import Any

from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import RecallSince, UnconfirmedEnd
from reports.figures import counted, interval, moment
from reports.tables.notes import few

NAMED = 3


def sentence(end: UnconfirmedEnd) -> str:
    """Who ended which incident, and the recall of its tickets since; the lowest three."""
    who = f"incident {end.incident} resolved by {end.by}; not confirmed by labels"
    labelled = [recall for recall in end.recalls if recall.labels]
    if not labelled:
        return f"{who}: no ticket since {moment(end.at)} is labelled yet"
    recalls = [f"of {_of(recall)}" for recall in labelled[:NAMED]]
    if (left := len(labelled) - NAMED) > 0:
        recalls.append(f"and of {counted(left, 'more cell')}")
    unlabelled = [str(recall.cell) for recall in end.recalls if not recall.labels]
    rest = f"; no label yet of {few(unlabelled)}" if unlabelled else ""
    return f"{who}: recall since {moment(end.at)} {', '.join(recalls)}{rest}"


def by_cell(ends: Iterable[UnconfirmedEnd]) -> dict[Cell, tuple[UnconfirmedEnd, RecallSince]]:
    """The same by the cells concerned."""
    return {recall.cell: (end, recall) for end in ends for recall in end.recalls}


def as_object(known: tuple[UnconfirmedEnd, RecallSince] | None) -> dict[str, Any] | None:
    """The same of a cell, with every number unrounded; None where nothing waits for its labels' word."""
    if known is None:
        return None
    end, since = known
    return {
        "incident": end.incident,
        "resolved_by": end.by,
        "resolved_at": end.at.isoformat(),
        "recall": since.recall.value if since.recall is not None else None,
        "low": since.recall.low if since.recall is not None else None,
        "high": since.recall.high if since.recall is not None else None,
        "labels": since.labels,
    }


def _of(recall: RecallSince) -> str:
    figures = interval(recall.recall, recall.labels, "labelled") if recall.recall is not None else ""
    return f"{recall.cell} {figures}"
