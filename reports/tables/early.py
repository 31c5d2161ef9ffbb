"""Notes before any label in; a block of each with the tickets that would tell, CSV rows or objects out."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyNote
from monitor.review.ports.early import EarlyLook
from reports.figures import answer, moment
from reports.pages.early import either, seen, sentence, which
from reports.render.blocks import Block, Column, View
from reports.tables.spreadsheet import as_spreadsheet
from reports.words.versions import named


def early_view(looks: Sequence[EarlyLook]) -> View:
    """Every note that stands, and its tickets."""
    if not looks:
        return View([Block(lines=["nothing stands that was noted before any label"])], [])
    return View([_block(look) for look in looks], [_with_tickets(look) for look in looks])


def early_csv(looks: Sequence[EarlyLook]) -> str:
    """The tickets as CSV, a heading first."""
    return as_spreadsheet(_rows(looks))


def _rows(looks: Sequence[EarlyLook]) -> list[list[str]]:
    return [
        ["prediction_id", "model", "version", "environment", "about", "predicted_at", "predicted", "score"],
        *(
            [
                ticket.prediction_id,
                *(cell.model.name, cell.model.version, cell.model.environment, cell.intent),
                ticket.predicted_at.isoformat(),
                ticket.predicted,
                "" if ticket.score is None else f"{ticket.score:g}",
            ]
            for look in looks
            for cell in [look.note.facts.cell]
            for ticket in look.tickets
        ),
    ]


def early_words(notes: Sequence[EarlyNote]) -> list[str]:
    """A line for each, and whether it is over."""
    return [
        f"{note.facts.cell}: {sentence(note.facts)}" + (f"; over {moment(note.ended)}" if note.ended else "")
        for note in notes
    ]


def early_lines(notes: Sequence[EarlyNote], *, several: bool = False) -> list[str]:
    """A line for each, as `status` has them; of `several` models, with its model."""
    lines = [f"{named(note.facts.cell, several=several)}: {sentence(note.facts)}" for note in notes]
    return [*lines, "which tickets would tell: anchorwatch labels early"] if lines else []


def early_object(note: EarlyNote) -> dict[str, Any]:
    """A note for programs, unrounded."""
    facts = note.facts
    return {
        "model": facts.cell.model.name,
        "version": facts.cell.model.version,
        "environment": facts.cell.model.environment,
        "intent": facts.cell.intent,
        "sign": facts.sign.value,
        "begun": facts.begun.isoformat(),
        "noted": facts.noted.isoformat(),
        "told": note.told.isoformat() if note.told else None,
        "ended": note.ended.isoformat() if note.ended else None,
        "usual": facts.usual,
        "recent": facts.recent,
        "fallen": facts.fallen,
        "predicted": facts.predicted,
        "total": facts.total,
        "elsewhere": list(facts.elsewhere),
    }


def early_by_cell(notes: Sequence[EarlyNote]) -> dict[Cell, list[dict[str, Any]]]:
    """The notes of each cell for programs."""
    by_cell: dict[Cell, list[dict[str, Any]]] = {}
    for note in notes:
        by_cell.setdefault(note.facts.cell, []).append(early_object(note))
    return by_cell


def _with_tickets(look: EarlyLook) -> dict[str, Any]:
    return early_object(look.note) | {
        "tickets": [
            {
                "prediction_id": ticket.prediction_id,
                "predicted_at": ticket.predicted_at.isoformat(),
                "predicted": ticket.predicted,
                "score": ticket.score,
            }
            for ticket in look.tickets
        ]
    }


def _block(look: EarlyLook) -> Block:
    facts = look.note.facts
    return Block(
        heading=str(facts.cell),
        lines=[f"{either(facts)}; noted {moment(facts.noted)}", seen(facts)],
        columns=[
            Column("prediction id", figures=True),
            "predicted as",
            Column("score", figures=True),
            Column("predicted, UTC", figures=True, spare=1),
        ],
        rows=[
            [
                ticket.prediction_id,
                answer(ticket.predicted),
                "-" if ticket.score is None else f"{ticket.score:.2f}",
                f"{ticket.predicted_at:%Y-%m-%d %H:%M}",
            ]
            for ticket in look.tickets
        ],
        notes=[f"to tell which: {which(facts)}"],
    )
