"""Settings in, what reads the records of each topic out."""

from collections.abc import Mapping

from connectors.formats.mapped_json import MappedJson
from monitor.domain.events.mapping.fields import EventKind
from monitor.ingest.ports import MappedDecoder
from monitor.settings.placed import mapping_of
from monitor.settings.topics import LabelTopic, PredictionTopic, TopicSettings


def decoders_of(topics: TopicSettings) -> Mapping[str, MappedDecoder]:
    """By topic; canonical topics have none."""
    return {topic.name: decoder for _, topic in topics.each if (decoder := decoder_of(topic)) is not None}


def decoder_for(topics: TopicSettings, kind: EventKind | None) -> MappedDecoder | None:
    """What reads records as the topic of a kind has them; None where they are canonical."""
    if kind is None:
        return None
    return decoder_of(topics.of_predictions if kind == "prediction" else topics.of_labels)


def decoder_of(topic: PredictionTopic | LabelTopic) -> MappedDecoder | None:
    """What reads the records of a topic; None where they are canonical."""
    return MappedJson(mapping_of(topic.map)) if topic.map is not None else None
