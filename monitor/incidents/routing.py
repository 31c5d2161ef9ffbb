"""The configured routes and quiet hours, put to one notice."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from msgspec.structs import replace

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.routing import QuietHours, Route, Severity, sinks_for
from monitor.settings.settings import Settings


def with_severity(members: Iterable[MemberFacts], times_opened: int, settings: Settings) -> list[MemberFacts]:
    """The members with their severity: as configured for the intent, or else for all.

    But what breaks again and again is critical, and goes where critical things go.
    """
    critical = Severity.CRITICAL if times_opened >= settings.incidents.escalate_at else None
    graded = []
    for member in members:
        intent = settings.intents.get(member.cell.intent)
        severity = critical or (intent.severity if intent else None) or settings.severity
        graded.append(replace(member, severity=severity))
    return graded


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
