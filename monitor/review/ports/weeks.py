"""What a weekly report is made from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyNote
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount

STANDS_FOR = "stands for"


class Frames(NamedTuple):
    """A model's rows, each a column -> value: labelled tickets and predictions of a week, and the anchor's examples.

    Columns: `target` and `prediction`, and where there are any `slice: NAME` and `look: DESCRIPTOR`. A labelled
    ticket also has `stands for`: how many tickets it stands for, 1/pi, and 1 where its sampling is not known.
    """

    labelled: Sequence[Mapping[str, object]]
    predicted: Sequence[Mapping[str, object]]
    anchor: Sequence[Mapping[str, object]]


class WeekTraffic(NamedTuple):
    """A model's predictions of a week, how many of them are labelled by now, and on how many it gave no answer."""

    predictions: int = 0
    labelled: int = 0
    abstained: int = 0


class WeekFrames(Protocol):
    """The rows behind a week, for a program that renders them. Reads only."""

    def of(self, model: Model, week: Week) -> Frames:
        """A model version's rows of one week, the newest 20,000 of each kind."""
        ...


class WeekStore(Protocol):
    """Weeks, counted; and which one was reported last."""

    def counts(
        self, begin: Week, end: Week, min_probability: float
    ) -> Mapping[Cell, Mapping[Week, WeekCount]]:
        """Labelled tickets by intent and by the week of their prediction, from `begin` to `end`, both included.

        Those of no intent are under `NO_INTENT`, where no answer is a hit.
        """
        ...

    def slice_counts(
        self, week: Week, cells: Collection[Cell], min_probability: float
    ) -> Mapping[Cell, WeekCount]:
        """Labelled tickets of these slices that were predicted in the week; those without any are left out."""
        ...

    def traffic(self, week: Week) -> Mapping[Model, WeekTraffic]:
        """Predictions of the week by model."""
        ...

    def early(self, week: Week) -> Sequence[EarlyNote]:
        """What was noted in the week before any label told."""
        ...

    def pages(self, begin: datetime, end: datetime) -> int:
        """Openings and reopenings of incidents between the two that somebody was sent."""
        ...

    def labelled_by(self, week: Week, at: datetime) -> Mapping[Model, int]:
        """How many of a week's predictions had been labelled by then, by model."""
        ...

    def last_written(self) -> Week | None:
        """The last week whose report was written; None before the first."""
        ...

    def note_written(self, week: Week) -> None:
        """Remember it."""
        ...
