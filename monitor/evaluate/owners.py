"""Cells by whom they belong to."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell

Owner = tuple[str, str]
"""A model's name and environment: what an incident belongs to."""
Group = TypeVar("Group", Owner, Model)


def owner_of(cell: Cell) -> Owner:
    """Whose incident a cell may be part of."""
    return cell.model.name, cell.model.environment


def owns(owner: Owner, cell: Cell) -> bool:
    """Whether a cell belongs to it."""
    return owner_of(cell) == owner


def model_of(cell: Cell) -> Model:
    """A cell's model."""
    return cell.model


def grouped(
    cells: Mapping[Cell, CellState], by: Callable[[Cell], Group]
) -> dict[Group, dict[Cell, CellState]]:
    """The cells of each owner, or of each model, in the order of their names."""
    groups: dict[Group, dict[Cell, CellState]] = {}
    for cell, state in cells.items():
        groups.setdefault(by(cell), {})[cell] = state
    return {key: groups[key] for key in sorted(groups)}
