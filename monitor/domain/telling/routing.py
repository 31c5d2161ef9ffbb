"""Which sinks hear of a notice, and whether it can wait until morning."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.patterns import fits_pattern


class Severity(StrEnum):
    """How bad it is if nobody looks. The lower two can wait until morning."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def can_wait(self) -> bool:
        """Whether quiet hours hold it back."""
        return self in (Severity.WARNING, Severity.INFO)


def worst(severities: Iterable[Severity]) -> Severity:
    """The worst of them; critical where there is none, since nobody said that it was less."""
    order = list(Severity)
    return min(severities, key=order.index, default=Severity.CRITICAL)


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: what fits all of its patterns goes to its sinks. An empty tuple fits everything.

    `go_on` lets the rules below it add sinks of their own.
    """

    sinks: tuple[str, ...]
    severities: tuple[Severity, ...] = ()
    teams: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    go_on: bool = False

    def fits(self, cell: Cell, severity: Severity, team: str) -> bool:
        """Whether this rule is about that cell."""
        return (
            (not self.severities or severity in self.severities)
            and _any(team, self.teams)
            and _any(cell.model.name, self.models)
            and _any(cell.model.environment, self.environments)
            and _any(cell.display, self.intents)
            and _any(cell.slice_text, self.slices)
        )


def sinks_for(
    cells: Iterable[tuple[Cell, Severity]],
    routes: Sequence[Route],
    teams: Mapping[str, str],
    known: Sequence[str],
) -> list[str]:
    """The sinks that hear of these cells, in the configuration's order.

    A cell goes by the first rule that fits it, and on to the next where that says so. One that fits no rule
    goes to every sink: a gap in the rules must not swallow a page. `teams` names each intent's team.
    """
    chosen: set[str] = set()
    for cell, severity in cells:
        own: set[str] = set()
        for route in routes:
            if route.fits(cell, severity, teams.get(cell.intent, "")):
                own |= set(route.sinks)
                if not route.go_on:
                    break
        chosen |= own or set(known)
    return [name for name in known if name in chosen]


class QuietHours(msgspec.Struct, frozen=True):
    """From `begin` to `end` by the clock of `zone`, perhaps over midnight, what can wait is held back."""

    begin: time
    end: time
    zone: str = "UTC"

    def over_at(self, now: datetime) -> datetime | None:
        """When the quiet hours end that it is now; None outside them."""
        here = now.astimezone(ZoneInfo(self.zone))
        clock = here.time().replace(tzinfo=None)
        if self.begin <= self.end:
            within, tomorrow = self.begin <= clock < self.end, False
        else:
            within, tomorrow = clock >= self.begin or clock < self.end, clock >= self.begin
        if not within:
            return None
        day = here.date() + timedelta(days=1 if tomorrow else 0)
        return datetime.combine(day, self.end, ZoneInfo(self.zone)).astimezone(now.tzinfo)


def _any(value: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fits_pattern(value, pattern) for pattern in patterns)
