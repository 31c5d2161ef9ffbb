"""What a weekly report is made from, counted by an engine over an archive."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from typing_extensions import override

from connectors.lake import weeks
from connectors.lake.outcomes import Lake, model_of
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyNote
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from monitor.review.ports import weeks as ports
from monitor.review.ports.weeks import WeekTraffic


class LakeWeekStore(ports.WeekStore):
    """The `WeekStore` port on an archive. What was sent, and which report was written, the `database` remembers."""

    def __init__(self, lake: Lake, database: ports.WeekStore) -> None:
        self._lake = lake
        self._database = database

    @override
    def counts(self, begin: Week, end: Week, min_probability: float) -> dict[Cell, dict[Week, WeekCount]]:
        counted: dict[Cell, dict[Week, WeekCount]] = defaultdict(dict)
        for row in _in_turn(self._lake.rows(weeks.week_counts(self._lake.outcomes, begin, end))):
            cell, week = Cell(model_of(row), row["intent"]), Week.of(from_us(row["week_us"]))
            before = counted[cell].get(week, WeekCount())
            counted[cell][week] = before.plus(_count(row, min_probability))
        return dict(counted)

    @override
    def slice_counts(
        self, week: Week, cells: Collection[Cell], min_probability: float
    ) -> dict[Cell, WeekCount]:
        names = tuple(sorted({cell.slice.name for cell in cells if cell.slice is not None}))
        asked, counted = set(cells), dict[Cell, WeekCount]()
        if not names:
            return counted
        for row in _in_turn(self._lake.rows(weeks.week_counts(self._lake.outcomes, week, week, names))):
            cell = Cell(model_of(row), row["intent"], row["slice"])
            if cell in asked:
                # How many had no answer is told of whole intents.
                count = _count({**row, "unanswered": 0}, min_probability)
                counted[cell] = counted.get(cell, WeekCount()).plus(count)
        return counted

    @override
    def traffic(self, week: Week) -> dict[Model, WeekTraffic]:
        labelled = {
            model_of(row): row["labelled"]
            for row in self._lake.rows(weeks.labelled(self._lake.outcomes, week))
        }
        return {
            (model := model_of(row)): WeekTraffic(
                row["predictions"], labelled.get(model, 0), row["abstained"]
            )
            for row in self._lake.rows(weeks.traffic(self._lake.came, week))
        }

    @override
    def labelled_by(self, week: Week, at: datetime) -> dict[Model, int]:
        rows = self._lake.rows(weeks.labelled_by(self._lake.outcomes, week, to_us(at)))
        return {model_of(row): row["labelled"] for row in rows}

    @override
    def early(self, week: Week) -> Sequence[EarlyNote]:
        return self._database.early(week)

    @override
    def pages(self, begin: datetime, end: datetime) -> int:
        return self._database.pages(begin, end)

    @override
    def last_written(self) -> Week | None:
        return self._database.last_written()

    @override
    def note_written(self, week: Week) -> None:
        self._database.note_written(week)


def _count(row: Mapping[str, Any], min_probability: float) -> WeekCount:
    """What a row counts; each ticket stands for 1/pi, or for itself where its sampling is not known."""
    probability = row["probability"]
    stands_for = 1.0 if probability is None else 1 / max(probability, min_probability)
    hits, support = row["hits"], row["support"]
    return WeekCount(hits, support - hits, hits * stands_for, support * stands_for, row["unanswered"])


def _in_turn(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """In one order on every engine, so that sums are the same to the last bit."""
    return sorted(rows, key=lambda row: -1.0 if row["probability"] is None else row["probability"])
