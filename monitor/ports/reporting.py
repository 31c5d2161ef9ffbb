"""What a weekly report is made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from monitor.domain.cells import Cell
from monitor.domain.events import Model
from monitor.domain.week import Count, Week


class WeekStore(Protocol):
    """Weeks, counted. Reads only."""

    def counts(self, begin: Week, end: Week, min_probability: float) -> Mapping[Cell, Mapping[Week, Count]]:
        """Labelled tickets by intent and by the week of their prediction, from `begin` to `end`, both included."""
        ...

    def traffic(self, week: Week) -> Mapping[Model, tuple[int, int]]:
        """Predictions of the week by model, and how many of them are labelled by now."""
        ...

    def pages(self, begin: datetime, end: datetime) -> int:
        """Openings and reopenings of incidents between the two that somebody was sent."""
        ...
