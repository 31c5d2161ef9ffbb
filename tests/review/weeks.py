"""The week that the weekly report's tests use, and the report of a week."""

from datetime import timedelta
from typing import Any

from connectors.sql.anchors import AnchorStore
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from connectors.sql.review.weeks import WeekStore
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.report import WeekReport
from monitor.review.corrections import corrected_recalls
from monitor.review.weak_labels import weak_recalls
from monitor.review.weekly import WeekInputs, weekly_report
from tests.stored import NOON
from tests.worlds import World

WEEK = Week(2026, 47)  # Monday 16 to Sunday 22 November; NOON is its Friday
HOUR = timedelta(hours=1)


def report(world: World, week: Week = WEEK) -> WeekReport:
    status = StatusStore(world.engine)
    return weekly_report(
        WeekStore(world.engine),
        week,
        WeekInputs(
            status.cells(),
            IncidentRecords(world.engine).all(),
            status.labelling(),
            status.judged_at(),
            status.released(),
            AnchorStore(world.engine).all(),
            corrected=corrected_recalls(status.corrections(), status.cells()),
            weak=weak_recalls(status.weak_labels(), status.cells()),
        ),
        world.settings,
        NOON + timedelta(days=5),
    )


def by_intent(week: WeekReport) -> dict[str, Any]:
    return {row.cell.intent: row for model in week.models for row in model.intents}
