"""Slices that broke with their intent: they go into its line where they are no worse than all of it."""

from collections.abc import Mapping, Set

from msgspec.structs import replace

from monitor.domain.detection.detector import Signal
from monitor.domain.events.types import Outcome
from monitor.domain.incidents.onset import LOOK_BACK
from monitor.domain.slices.cells import Cell
from monitor.domain.slices.explained import explained_by, told_apart
from monitor.incidents.ports.cells import CellOutcomes
from monitor.incidents.ports.oncall import OpenIncident


def explained_slices(
    transaction: CellOutcomes,
    new: Set[Cell],
    broken: Set[Cell],
    pages: Mapping[Cell, Signal],
    known: Set[Cell],
) -> dict[Cell, bool | None]:
    """The slices among `new` that broke no worse than their intent did, and whether that could be told.

    Of those `known`, no outcome is read (None: as it was).
    """
    explained: dict[Cell, bool | None] = {}
    since_onset: dict[Cell, list[Outcome]] = {}
    for cell in sorted(new):
        whole = cell.whole
        if cell.slice is None or whole not in broken or whole not in pages:
            continue
        if cell in known:
            explained[cell] = None
            continue
        if whole not in since_onset:
            since_onset[whole] = outcomes_since(transaction, whole, pages[whole].onset)
        if explained_by(cell.slice, since_onset[whole]):
            explained[cell] = told_apart(cell.slice, since_onset[whole])
    return explained


def explained_before(incident: OpenIncident, moved: Set[Cell]) -> set[Cell]:
    """The slices on the lines of an incident's members; of those that `moved`, it has to be looked at again."""
    return {
        replace(cell, slice_text=slice_text)
        for cell, facts in incident.members.items()
        if cell not in moved
        for slice_text in facts.slices
    }


def outcomes_around(transaction: CellOutcomes, cell: Cell, onset: int) -> list[Outcome]:
    """A cell's outcomes from some before the one on at which its bet, as labels came, began to win."""
    before = transaction.outcomes_before(cell, onset, LOOK_BACK)
    return [*before, *outcomes_since(transaction, cell, onset)]


def outcomes_since(transaction: CellOutcomes, cell: Cell, onset: int) -> list[Outcome]:
    """A cell's outcomes from that one on."""
    chunks = transaction.cell_outcomes(cell, onset - 1, transaction.seen_upto())
    return [outcome for chunk in chunks for outcome in chunk]
