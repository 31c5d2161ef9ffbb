"""What is known of a model in; by each of its whole intents what that says, out."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus

Gathered = TypeVar("Gathered")
Says = TypeVar("Says")


def by_whole_intent(
    known: Mapping[Model, Gathered],
    cells: Iterable[CellStatus],
    says: Callable[[Gathered, CellState], Says | None],
) -> dict[Cell, Says]:
    """No slices and no groups, and no intent that it says nothing of (None)."""
    found = {}
    for state in (status.state for status in cells):
        of_model = known.get(state.cell.model)
        if of_model is None or state.cell.slice is not None or state.cell.group is not None:
            continue
        said = says(of_model, state)
        if said is not None:
            found[state.cell] = said
    return found
