"""All settings together; each section lies beside this file. The rules between them are in `monitor.settings.rules`.

Where a value comes from, strongest first: the command line, the environment (`ANCHORWATCH_A__B`), the
configuration file, the defaults here (`monitor.settings.load` reads them in that order).
`config/anchorwatch.yaml` shows every key with a comment.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import field_validator

from monitor.domain.events.names import normal
from monitor.domain.telling.routing import Severity
from monitor.domain.telling.ticket_url import template_problem
from monitor.settings.judging import (
    AnchorSettings,
    GroupSettings,
    Judge,
    Labels,
    Sampling,
    SliceSettings,
    Versions,
    Watch,
)
from monitor.settings.kafka import Kafka
from monitor.settings.running import Heartbeat, MetricsSettings, Poison, Schedule
from monitor.settings.section import Section
from monitor.settings.sinks import SinkSettings, TerminalSettings
from monitor.settings.storage import Database, Limits, Privacy, Retention
from monitor.settings.telling import (
    HttpSettings,
    Incidents,
    Intent,
    QuietHoursSettings,
    ReportSettings,
    RouteSettings,
)


class Settings(Section):
    """Everything that can be configured. Frozen: a changed setting is a new start."""

    kafka: Kafka = Kafka()
    database: Database = Database()
    watch: Watch = Watch()
    judge: Judge = Judge()
    anchor: AnchorSettings = AnchorSettings()
    sampling: Sampling = Sampling()
    labels: Labels = Labels()
    slices: tuple[SliceSettings, ...] = ()
    groups: tuple[GroupSettings, ...] = ()
    versions: Versions = Versions()
    poison: Poison = Poison()
    retention: Retention = Retention()
    privacy: Privacy = Privacy()
    limits: Limits = Limits()
    schedule: Schedule = Schedule()
    sinks: tuple[SinkSettings, ...] = (TerminalSettings(kind="terminal"),)
    routes: tuple[RouteSettings, ...] = ()
    quiet_hours: QuietHoursSettings | None = None
    incidents: Incidents = Incidents()
    http: HttpSettings = HttpSettings()
    metrics: MetricsSettings = MetricsSettings()
    heartbeat: Heartbeat = Heartbeat()
    reports: ReportSettings = ReportSettings()
    intents: Mapping[str, Intent] = {}
    runbook: str = ""
    runbooks_url: str = ""
    dashboard: str = ""
    ticket_url: str = ""
    blast_radius: str = ""
    severity: Severity = Severity.CRITICAL
    worksheets: tuple[Path, ...] = ()

    @field_validator("ticket_url")
    @classmethod
    def _known_places(cls, template: str) -> str:
        if problem := template_problem(template):
            raise ValueError(problem)
        return template

    @field_validator("intents")
    @classmethod
    def _as_events_are_read(cls, intents: Mapping[str, Intent]) -> Mapping[str, Intent]:
        return {normal(name): intent for name, intent in intents.items()}
