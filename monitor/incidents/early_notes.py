"""Notes before any label: what stands and nobody was told of is told, by model, once; nothing pages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import EarlySigns
from monitor.domain.telling.early import EarlyNote
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import silenced_by
from monitor.incidents.ports.early import EarlyTelling
from monitor.incidents.routing import sinks_of
from monitor.settings.settings import Settings


def tell_early(
    transaction: EarlyTelling,
    standing: Sequence[EarlyNote],
    cells: Mapping[Cell, CellState],
    settings: Settings,
    now: datetime,
    people: datetime,
) -> int:
    """Tell of the notes that stand; how many notices that takes. Quiet hours go by the clock of `people`.

    Where a silence covers a cell its note waits until that ends; where a page stands, that says more.
    """
    waiting = [note for note in standing if note.told is None]
    silences = transaction.silences(people) if waiting else ()
    new: dict[Model, list[EarlyNote]] = defaultdict(list)
    for note in waiting:
        cell = note.facts.cell
        if cell in cells and not cells[cell].bet.broken and not silenced_by(cell, silences, people):
            new[cell.model].append(note)
    at = min(now, people)
    for model, notes in new.items():
        _tell(transaction, model, notes, settings, at, people)
    return len(new)


def _tell(
    transaction: EarlyTelling,
    model: Model,
    notes: Sequence[EarlyNote],
    settings: Settings,
    at: datetime,
    people: datetime,
) -> None:
    signs = EarlySigns(
        model=model,
        notes=[note.facts for note in notes],
        notes_per_year=settings.judge.early_notes_per_year,
    )
    notice = Notice.of_early(signs, at)
    severities = [(note.facts.cell, notice.severity) for note in notes]
    sinks, not_before = sinks_of(settings, severities, notice.severity, people)
    transaction.enqueue(notice, sinks, not_before)
    transaction.told_early((note.number for note in notes), at)
