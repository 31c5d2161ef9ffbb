"""What an evaluation asks and keeps of when cells are due, and of what the one before rested on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.judging.due import NextLook
from monitor.domain.judging.state import CellState, HeldTo
from monitor.domain.slices.cells import Cell


class RestedOn(msgspec.Struct, frozen=True):
    """What an evaluation rested on that comes with no outcome. Where any of it is otherwise, every cell is judged.

    `settings` and `known` stand for the settings and for what they and the anchors make of the cells; `changes` counts
    how often anybody changed cells or promises, and `models` stands for each model as it was saved.
    """

    settings: str
    known: str
    changes: tuple[int, ...]
    models: dict[str, str]


class DueCells(Protocol):
    """Cells by their numbers, and when each is due."""

    def numbers(self, after: int = 0) -> Mapping[Cell, int]:
        """The cells there are behind that number, in the order of their numbers."""
        ...

    def cells_numbered(self, numbers: Collection[int]) -> Sequence[CellState]:
        """These cells as they were saved, in the order of their numbers."""
        ...

    def whole_cells(self) -> Sequence[CellState]:
        """The cells that are no slices, as they were saved: intents and groups."""
        ...

    def held(self) -> Mapping[Cell, HeldTo]:
        """What every cell was held to as it was saved, in the order of their numbers."""
        ...

    def due(self, now: datetime) -> Sequence[int]:
        """The cells that are due by now."""
        ...

    def to_be_watched(self, model: Model, outcomes: int) -> Sequence[int]:
        """The cells that may be watched with so many outcomes of their model."""
        ...

    def blindness_told(self, model: Model) -> datetime | None:
        """Since when a model's cell was blind of which people were told, the latest; None where there is none."""
        ...

    def keep_due(self, due: Mapping[Cell, NextLook], now: datetime) -> None:
        """Keep when these cells, which were judged at `now` and saved, are due."""
        ...

    def rested_on(self) -> RestedOn | None:
        """What the last evaluation rested on; None where every cell must be judged."""
        ...

    def keep_rested_on(self, rested_on: RestedOn | None) -> None:
        """Keep it for the next one."""
        ...

    def changes(self) -> tuple[int, ...]:
        """How often anybody changed cells or promises, up to now."""
        ...

    def models_as_saved(self) -> Mapping[str, str]:
        """What stands for each model, by its number, as it was read or saved."""
        ...
