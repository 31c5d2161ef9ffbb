"""All settings together; each section lies beside this file. The rules between them are in `monitor.settings.rules`.

Where a value comes from, strongest first: the command line, the environment (`ANCHORWATCH_A__B`), the
configuration file, the defaults here (`monitor.settings.load` reads them in that order).
`config/anchorwatch.yaml` shows every key with a comment.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import PrivateAttr, field_validator
from typing_extensions import override

from monitor.domain.events.names import normal
from monitor.domain.events.types import Model
from monitor.domain.telling.routing import Severity
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
from monitor.settings.mlflow import MlflowSettings
from monitor.settings.models import ModelSettings
from monitor.settings.predictions import Predictions
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
    TicketUrl,
)
from monitor.settings.web import WebSettings


class _Resolved(dict[tuple[str, str], "Settings"]):
    """The settings of each model that was asked for. It is no setting itself, so no two settings differ by it."""

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Resolved)

    @override
    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None


class Settings(Section):
    """Everything that can be configured. Frozen: a changed setting is a new start."""

    kafka: Kafka = Kafka()
    database: Database = Database()
    watch: Watch = Watch()
    judge: Judge = Judge()
    anchor: AnchorSettings = AnchorSettings()
    sampling: Sampling = Sampling()
    predictions: Predictions = Predictions()
    labels: Labels = Labels()
    slices: tuple[SliceSettings, ...] = ()
    groups: tuple[GroupSettings, ...] = ()
    models: tuple[ModelSettings, ...] = ()
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
    web: WebSettings = WebSettings()
    mlflow: MlflowSettings = MlflowSettings()
    heartbeat: Heartbeat = Heartbeat()
    reports: ReportSettings = ReportSettings()
    intents: Mapping[str, Intent] = {}
    runbook: str = ""
    runbooks_url: str = ""
    dashboard: str = ""
    ticket_url: TicketUrl = ""
    blast_radius: str = ""
    severity: Severity = Severity.CRITICAL
    worksheets: tuple[Path, ...] = ()
    _resolved: _Resolved = PrivateAttr(default_factory=_Resolved)

    @field_validator("intents")
    @classmethod
    def _as_events_are_read(cls, intents: Mapping[str, Intent]) -> Mapping[str, Intent]:
        return {normal(name): intent for name, intent in intents.items()}

    @property
    def one_server(self) -> bool:
        """Whether the watch room's server serves health and metrics, too: both have one port. 0 is any that is free."""
        return bool(self.web.port) and self.web.port == self.metrics.port

    def of(self, model: Model) -> "Settings":
        """What is in force for a model: the first of `models` that fits it over everything else."""
        return self.of_versions(model.name, model.environment)

    def of_versions(self, name: str, environment: str) -> "Settings":
        """What is in force for every version of a model in an environment."""
        if not self.models:
            return self
        place = (name, environment)
        known = self._resolved.get(place)
        if known is None:
            number = self.rule_of(name, environment)
            changes = {} if number is None else self.models[number].over(self)
            known = self._resolved[place] = self.model_copy(update={**changes, "models": ()})
        return known

    def slices_of(self, model: Model) -> set[str]:
        """The names of the slices that are judged apart in a model."""
        return {rule.name for rule in self.of(model).slices}

    def not_intents_of(self, model: Model) -> frozenset[str]:
        """The names that are no intents: a model that says such a name has no answer.

        What labels say of tickets of no intent is among them.
        """
        return frozenset((*self.of(model).predictions.no_answer, *self.labels.out_of_scope))

    @property
    def names_no_intents(self) -> bool:
        """Whether any model has such names."""
        return bool(self.labels.out_of_scope) or any(
            given.no_answer for given in (self.predictions, *(rule.predictions for rule in self.models))
        )

    def rule_of(self, name: str, environment: str) -> int | None:
        """Which of `models` fits a model first; None where none does."""
        return next((n for n, rule in enumerate(self.models) if rule.fits(name, environment)), None)

    def weight_of(self, model: Model) -> float:
        """What a cell of this model has of the budget against 1 for those of models that nothing is said of."""
        number = self.rule_of(model.name, model.environment)
        return 1.0 if number is None else self.models[number].weight

    @override
    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The same with other values; what was resolved for each model is not taken along."""
        copied = super().model_copy(update=update, deep=deep)
        copied._resolved = _Resolved()
        return copied
