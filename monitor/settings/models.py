"""What is configured for some models alone: it stands over what is configured for all, key by key."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer

from monitor.domain.events.names import normal
from monitor.domain.telling.patterns import fits_pattern
from monitor.domain.telling.routing import Severity
from monitor.settings.judging import AnchorSettings, GroupSettings, ModelRules, SliceSettings, Watch
from monitor.settings.predictions import Predictions
from monitor.settings.section import Section, at_least
from monitor.settings.telling import Intent, RouteSettings, TicketUrl


class Overlay(Section):
    """A section of which only the keys count that were written; the others are as they are for all models."""

    def written(self) -> dict[str, Any]:
        """The keys that were written, in the order of the fields."""
        return {
            name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set
        }

    @model_serializer(mode="wrap")
    def _as_written(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in whole(self).items() if name in self.model_fields_set}


class WatchOfModel(Overlay, Watch):
    """Which intents of these models may page."""


class JudgeOfModel(Overlay, ModelRules):
    """When a cell of these models is called degraded, blind or stale."""


class AnchorOfModel(Overlay, AnchorSettings):
    """Which offline number of these models is held up."""


class PredictionsOfModel(Overlay, Predictions):
    """What an answer of these models means where it is the name of no intent."""


class IntentOfModel(Overlay, Intent):
    """What a page about this intent of these models should tell."""


class ModelSettings(Overlay):
    """The settings of the models that fit `name` and `environment`, patterns with * and ?.

    A list stands for the whole list of all models; `intents` are joined, name by name and key by key. `weight` is
    what a cell of these models has of the budget against 1 for those of the others.
    """

    name: str = Field(min_length=1, max_length=255)
    environment: str = Field("*", min_length=1, max_length=255)
    weight: Annotated[float, at_least(1e-6)] = Field(1.0, gt=0, le=1e6)
    watch: WatchOfModel = WatchOfModel()
    judge: JudgeOfModel = JudgeOfModel()
    anchor: AnchorOfModel = AnchorOfModel()
    predictions: PredictionsOfModel = PredictionsOfModel()
    slices: tuple[SliceSettings, ...] = ()
    groups: tuple[GroupSettings, ...] = ()
    routes: tuple[RouteSettings, ...] = ()
    intents: Mapping[str, IntentOfModel] = {}
    runbook: str = ""
    dashboard: str = ""
    ticket_url: TicketUrl = ""
    blast_radius: str = ""
    severity: Severity = Severity.CRITICAL

    @field_validator("name", "environment")
    @classmethod
    def _as_events_are_read(cls, pattern: str) -> str:
        return normal(pattern)

    @field_validator("intents")
    @classmethod
    def _names_as_events_are_read(cls, intents: Mapping[str, IntentOfModel]) -> Mapping[str, IntentOfModel]:
        return {normal(name): intent for name, intent in intents.items()}

    def fits(self, name: str, environment: str) -> bool:
        """Whether these settings are about that model."""
        return fits_pattern(name, self.name) and fits_pattern(environment, self.environment)

    def over(self, everywhere: Section) -> dict[str, Any]:
        """The sections that are otherwise than `everywhere`, whole."""
        return {
            key: _over(getattr(everywhere, key), given)
            for key, given in self.written().items()
            if key not in ("name", "environment", "weight")
        }


def _over(below: Any, given: Any) -> Any:  # noqa: ANN401 - a section, a list or a value
    if isinstance(given, Overlay):
        return below.model_copy(update=given.written())
    if isinstance(given, Mapping):
        return {**below, **{name: _over(below.get(name, Intent()), each) for name, each in given.items()}}
    return given
