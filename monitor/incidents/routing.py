"""The configured routes and quiet hours, put to one notice."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.routing import QuietHours, Route, Severity, sinks_for
from monitor.settings.settings import Settings


def severity_of(cell: Cell, settings: Settings) -> Severity:
    """How bad it is if nobody looks, as configured for the intent, or else for all."""
    intent = settings.intents.get(cell.intent)
    return (intent.severity if intent else None) or settings.severity


def dashboard_of(cell: Cell, link: str) -> str:
    """The configured link with the cell's names filled in, fit for an address."""
    names = {"model": cell.model.name, "environment": cell.model.environment, "intent": cell.intent}
    for name, value in names.items():
        link = link.replace(f"{{{name}}}", quote(value, safe=""))
    return link


def sinks_of(
    settings: Settings, cells: Sequence[tuple[Cell, Severity]], severity: Severity, now: datetime
) -> tuple[list[str], datetime | None]:
    """Which sinks hear of these cells, and when the quiet hours end that hold it back (None: at once)."""
    routes = [Route(**route.model_dump()) for route in settings.routes]
    teams = {name: intent.team for name, intent in settings.intents.items()}
    sinks = sinks_for(cells, routes, teams, [sink.name for sink in settings.sinks])
    quiet = settings.quiet_hours
    if quiet is None or not severity.can_wait:
        return sinks, None
    return sinks, QuietHours(quiet.begin, quiet.end, quiet.zone).over_at(now)
