"""The topics to read, what their records are written in, and where in them each field of an event is."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from monitor.domain.events.mapping.fields import EventKind
from monitor.settings.mapped import LabelMap, PredictionMap
from monitor.settings.section import KEYS, TEXT, TEXT_OR_KEYS, Section

Format = Literal["canonical", "json", "avro", "json-schema", "cloudevents", "kserve", "sagemaker"]


class ReaderSettings(Section):
    """What Avro records are read as: a version of their subject, or the schema in a file, which Avro files need.

    `naming` is the subject's, as the producer has it.
    """

    version: int | None = Field(None, ge=1)
    schema_file: Path | None = None
    naming: Literal["topic", "record", "topic_record"] = "topic"


class PredictionTopic(Section):
    """A topic of predictions. Without a `map` its records have the shape of docs/events.md."""

    name: str = Field(min_length=1)
    format: Format = "canonical"
    map: PredictionMap | None = None
    reader: ReaderSettings | None = None


class LabelTopic(Section):
    """A topic of labels. Without a `map` its records have the shape of docs/events.md."""

    name: str = Field(min_length=1)
    format: Format = "canonical"
    map: LabelMap | None = None
    reader: ReaderSettings | None = None


_Name = Annotated[str, Field(min_length=1), TEXT]


class TopicSettings(Section):
    """The topics to read, each by its name alone or with its format; both may be the same one."""

    predictions: Annotated[_Name | Annotated[PredictionTopic, KEYS], TEXT_OR_KEYS] = "predictions"
    labels: Annotated[_Name | Annotated[LabelTopic, KEYS], TEXT_OR_KEYS] = "labels"

    @property
    def of_predictions(self) -> PredictionTopic:
        """The topic of predictions."""
        given = self.predictions
        return PredictionTopic(name=given) if isinstance(given, str) else given

    @property
    def of_labels(self) -> LabelTopic:
        """The topic of labels."""
        given = self.labels
        return LabelTopic(name=given) if isinstance(given, str) else given

    @property
    def each(self) -> list[tuple[EventKind, PredictionTopic | LabelTopic]]:
        """Each topic once, with what its records are that do not say it."""
        predictions, labels = self.of_predictions, self.of_labels
        both: list[tuple[EventKind, PredictionTopic | LabelTopic]] = [("prediction", predictions)]
        return both if labels.name == predictions.name else [*both, ("label", labels)]

    @property
    def names(self) -> list[str]:
        """The name of each topic, once."""
        return [topic.name for _, topic in self.each]
