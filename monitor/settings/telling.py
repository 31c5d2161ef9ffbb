"""Who is told what, and when. The sinks themselves are in `monitor.settings.sinks`."""

from datetime import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, Field, field_validator

from monitor.domain.telling.routing import Severity
from monitor.domain.telling.ticket_url import template_problem
from monitor.domain.text.nearest import did_you_mean
from monitor.settings.section import CENTURY_DAYS, Section, at_least


def checked_template(template: str) -> str:
    """A template of a ticket's address as it is.

    Raises:
        ValueError: it has a place that nothing can be filled into.
    """
    if problem := template_problem(template):
        raise ValueError(problem)
    return template


TicketUrl = Annotated[str, AfterValidator(checked_template)]
"""Where people open a ticket, with places for its id and its slices."""


class Intent(Section):
    """What a page about this intent should tell, and how much of the budget it gets."""

    blast_radius: str = ""
    runbook: str = ""
    weight: Annotated[float, at_least(1e-6)] = Field(1.0, gt=0, le=1e6)
    severity: Severity | None = None
    team: str = ""


class Incidents(Section):
    """How soon after its end an incident is reopened, rather than a new one opened, when a member breaks.

    From its `escalate_at`-th opening on, it is critical, whatever its intents are otherwise.
    """

    reopen_within_hours: float = Field(72.0, ge=0, le=24 * CENTURY_DAYS)
    escalate_at: int = Field(3, ge=2)


class RouteSettings(Section):
    """Which notices go to which sinks: the first rule that fits decides. Patterns may hold * and ?.

    The fields are those of `Route`, written out: the domain knows nothing of settings, and what reads them here, an
    editor and a type checker, must see them. A test holds the two together.
    """

    sinks: tuple[str, ...] = Field(min_length=1)
    severities: tuple[Severity, ...] = ()
    teams: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    go_on: bool = False


class QuietHoursSettings(Section):
    """From when to when, by the clock of a time zone, warnings and notes wait until morning."""

    begin: time
    end: time
    zone: str = "UTC"

    @field_validator("begin", "end", mode="before")
    @classmethod
    def _of_the_clock(cls, words: object) -> object:
        if not isinstance(words, str | time) or (isinstance(words, str) and ":" not in words):
            raise ValueError("write a time of day, such as 07:00")  # a number could be minutes or seconds
        return words

    @field_validator("begin", "end")
    @classmethod
    def _of_no_zone_of_its_own(cls, at: time) -> time:
        if at.tzinfo is not None:
            raise ValueError("has a zone of its own; write the time alone, and its zone in quiet_hours.zone")
        return at

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, ZoneInfoNotFoundError) as err:
            meant = did_you_mean(zone, available_timezones()) or "; write it like Europe/Berlin"
            raise ValueError(f"{zone!r} is no time zone{meant}") from err
        return zone


class HttpSettings(Section):
    """How sinks are reached over HTTP. With `allowed_hosts`, nothing is sent to any other host."""

    timeout_seconds: float = Field(15.0, gt=0, le=60)
    allowed_hosts: tuple[str, ...] = ()


class ReportSettings(Section):
    """Where the weekly reliability report, and the analysis of every new incident, are written. Without a folder the
    report is made only when asked for, and an analysis is kept in the database alone. A digest goes to the sinks in
    `send_to`, with a link where `url` says how people reach the folder. `evidently` adds Evidently's part, which may
    take `evidently_seconds`.
    """

    folder: Path | None = None
    url: str = ""
    send_to: tuple[str, ...] = ()
    evidently: bool = True
    evidently_seconds: float = Field(300.0, gt=0, le=86_400)
