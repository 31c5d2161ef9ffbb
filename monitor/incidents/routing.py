"""The configured routes and quiet hours, put to one notice."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from msgspec.structs import replace

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.routing import QuietHours, Route, Severity, sinks_for, worst
from monitor.incidents.ports.oncall import OpenIncident
from monitor.settings.settings import Settings


def with_severity(members: Iterable[MemberFacts], times_opened: int, settings: Settings) -> list[MemberFacts]:
    """The members, each with its severity."""
    return [replace(m, severity=severity_of(m.cell, times_opened, settings)) for m in members]


def severity_of(cell: Cell, times_opened: int, settings: Settings) -> Severity:
    """How bad it is if nobody looks: as configured for the intent, or else for all.

    But what breaks again and again is critical, and goes where critical things go.
    """
    if times_opened >= settings.incidents.escalate_at:
        return Severity.CRITICAL
    settings = settings.of(cell.model)
    intent = settings.intents.get(cell.intent)
    return (intent.severity if intent else None) or settings.severity


def dashboard_of(cell: Cell, link: str) -> str:
    """The configured link with the cell's names filled in, fit for an address."""
    names = {"model": cell.model.name, "environment": cell.model.environment, "intent": cell.display}
    for name, value in names.items():
        link = link.replace(f"{{{name}}}", quote(value, safe=""))
    return link


def room_of(incident: int, url: str) -> str:
    """The incident's page in the watch room, where people reach that at a configured address.

    >>> room_of(3, "https://watch.example.org/"), room_of(3, "")
    ('https://watch.example.org/incidents/3', '')
    """
    return f"{url.rstrip('/')}/incidents/{incident}" if url else ""


def sinks_of_incident(
    settings: Settings, kind: NoticeKind, cells: Collection[Cell], incident: OpenIncident, now: datetime
) -> tuple[list[str], datetime | None]:
    """Where a notice of these members goes: as their routes say, and to the sinks that heard of the incident before.

    With it, when the quiet hours end that hold it back (None: at once).
    """
    severities = [(cell, severity_of(cell, incident.times_opened, settings)) for cell in cells]
    chosen, not_before = sinks_of(settings, severities, worst(severity for _, severity in severities), now)
    sinks = [sink for sink in settings.sinks if sink.name in incident.sinks or sink.name in chosen]
    if kind is NoticeKind.MEMBER_RECOVERED:
        sinks = [sink for sink in sinks if sink.keeps_members]
    return [sink.name for sink in sinks], not_before


def sinks_of(
    settings: Settings, cells: Sequence[tuple[Cell, Severity]], severity: Severity, now: datetime
) -> tuple[list[str], datetime | None]:
    """Which sinks hear of these cells, and when the quiet hours end that hold it back (None: at once).

    A notice is about one model in one environment, so the first cell says whose routes count.
    """
    settings = settings.of(cells[0][0].model) if cells else settings
    routes = [Route(**route.model_dump()) for route in settings.routes]
    teams = {name: intent.team for name, intent in settings.intents.items()}
    sinks = sinks_for(cells, routes, teams, [sink.name for sink in settings.sinks])
    quiet = settings.quiet_hours
    if quiet is None or not severity.can_wait:
        return sinks, None
    return sinks, QuietHours(quiet.begin, quiet.end, quiet.zone).over_at(now)
