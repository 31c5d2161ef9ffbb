"""Twelve weeks of a model's intents for its page: counted beside it, where they take longer than a page may."""

from collections.abc import Mapping
from typing import Final

from connectors.sql.review.weeks import WeekStore
from monitor.app.clock import now
from monitor.app.kept import Kept
from monitor.app.stores import Stores
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.report import WEEKS
from monitor.review.ports.status import Overview
from monitor.review.weekly import intent_week
from reports.render.blocks import Block
from reports.tables.side_by_side import side_by_side
from reports.tables.weeks_picture import weeks_picture

FRESH_S: Final = 60.0
PATIENCE_S: Final = 0.1
COMPARED: Final = 40  # intents of which versions are set side by side
_Counts = Mapping[Cell, Mapping[Week, WeekCount]]


class RoomWeeks:
    """Counts of at most a minute ago. Where they take longer than a page may, it is shown without them at first."""

    def __init__(self, stores: Stores, *, patience_s: float = PATIENCE_S) -> None:
        self._store = WeekStore(stores.engine)
        self._min_probability = stores.settings.sampling.min_probability
        self._kept = Kept[_Counts](fresh_s=FRESH_S, patience_s=patience_s)

    def beside(self, overview: Overview) -> list[Block]:
        """What stands below a model's table: the picture, and its versions side by side."""
        return [self.picture(overview), *side_by_side(overview, most=COMPARED)]

    def picture(self, overview: Overview) -> Block:
        """The picture of the intents and groups that are asked for."""
        week = Week.of(overview.judged_at or now())
        whole = [each for each in overview.cells if not each.state.cell.slice]
        models = sorted({each.state.cell.model for each in whole})
        if not models:
            return Block()
        counts = self._kept.of(
            (week, *models),
            lambda: self._store.counts(week.before(WEEKS - 1), week, self._min_probability, models),
        )
        if counts is None:
            words = "the twelve weeks of each intent are being counted; load the page again in a moment"
            return Block(heading="twelve weeks", notes=[words])
        days = overview.days_observed
        intents = [intent_week(each, counts, week, days.get(each.state.cell.model, 0.0)) for each in whole]
        return weeks_picture(intents, week)
