"""How much of what a model predicts."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.events.types import Model


class ClassTraffic(NamedTuple):
    """A model's predictions of each class within so many `days`, which are hours at least."""

    days: float = 0.0
    by_class: Mapping[str, int] = {}

    @property
    def per_day(self) -> dict[str, float]:
        """The same a day; nothing of nothing."""
        return {name: n / self.days for name, n in self.by_class.items()} if self.days else {}


class TrafficStore(Protocol):
    """What the database says of the traffic. Reads only."""

    def lately(self, model: Model, now: datetime, days: float) -> ClassTraffic:
        """The predictions of the last so many days of its traffic, whose newest hour is no later than now.

        Of a model that was only just released it is the hours since.
        """
        ...
