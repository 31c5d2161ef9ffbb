"""Settings in, what reads the records of each topic out. A library is loaded where a topic needs it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.files.opening import FileOpener, holds_rows
from connectors.formats.cloudevents import MappedCloudEvents
from connectors.formats.framed_json import FramedJson
from connectors.formats.kserve import MappedKServe
from connectors.formats.mapped_json import MappedJson
from connectors.formats.sagemaker import MappedSageMaker
from connectors.secrets import read_secret
from monitor.domain.events.mapping.fields import EventKind, EventMapping
from monitor.domain.events.mapping.identity import IDENTITY, IDENTITY_IN_DATA
from monitor.errors import ConfigError, DecodeError
from monitor.ingest.ports import MappedDecoder
from monitor.settings.kafka import Kafka
from monitor.settings.mapped import LabelMap
from monitor.settings.placed import mapping_of
from monitor.settings.registry import SchemaRegistrySettings
from monitor.settings.topics import LabelTopic, PredictionTopic, ReaderSettings

if TYPE_CHECKING:
    from connectors.formats.avro_schemas import Schema
    from connectors.formats.registry import SchemaRegistry


def decoders_of(kafka: Kafka) -> Mapping[str, MappedDecoder]:
    """By topic; canonical topics have none.

    Raises:
        ConfigError: a secret's file or a certificate of the schema registry can't be read.
    """
    made = {topic.name: decoder_of(kafka, kind, topic) for kind, topic in kafka.topics.each}
    return {name: decoder for name, decoder in made.items() if decoder is not None}


def file_decoder(kafka: Kafka, kind: EventKind | None, path: str) -> MappedDecoder | None:
    """What reads the records of a file as the topic of a kind maps its own; None where they are canonical lines.

    A line is JSON without a frame, whatever the topic's records are written in; of CloudEvents a structured one. Rows
    need no name of a format, only the map, or columns of the shape of docs/events.md.
    """
    if kind is None:
        return None
    topic = _topic(kafka, kind)
    if holds_rows(path):
        return MappedJson(IDENTITY[kind] if topic.map is None else mapping_of(topic.map))
    match topic.format:
        case "canonical":
            return None
        case "cloudevents":
            return MappedCloudEvents(_mapping(kind, topic))
        case "kserve":
            return MappedKServe(_mapping(kind, topic))
        case "sagemaker":
            return MappedSageMaker(_mapping(kind, topic))
        case _:
            return MappedJson(_mapping(kind, topic))


def decoder_of(kafka: Kafka, kind: EventKind, topic: PredictionTopic | LabelTopic) -> MappedDecoder | None:
    """What reads the records of a topic; None where they are canonical.

    Raises:
        ConfigError: a secret's file or a certificate of the schema registry can't be read.
    """
    mapping = _mapping(kind, topic)
    match topic.format:
        case "canonical":
            return None
        case "json":
            return MappedJson(mapping)
        case "json-schema":
            return FramedJson(mapping)
        case "cloudevents":
            return MappedCloudEvents(mapping)
        case "kserve":
            return MappedKServe(mapping)
        case "sagemaker":
            return MappedSageMaker(mapping)
        case "avro":
            from connectors.formats.avro import FramedAvro, Pinned, subject_namer

            if kafka.schema_registry is None:
                raise ConfigError(["kafka.schema_registry: an avro topic needs one; write its url"])
            registry, reader = schema_registry(kafka.schema_registry), topic.reader
            if reader is None:
                return FramedAvro(mapping, registry)
            if reader.version is None:
                return FramedAvro(mapping, registry, _schema_of(kind, reader))
            return FramedAvro(
                mapping, registry, Pinned(reader.version, subject_namer(topic.name, reader.naming))
            )


def file_opener(kafka: Kafka, kind: EventKind | None) -> FileOpener:
    """What opens files of events of a kind; Avro files are read as the reader of its topic says.

    Raises:
        ConfigError: the schema's file can't be used.
    """
    if kind is None or (reader := _topic(kafka, kind).reader) is None or reader.schema_file is None:
        return FileOpener()
    return FileOpener(_schema_of(kind, reader))


def _topic(kafka: Kafka, kind: EventKind) -> PredictionTopic | LabelTopic:
    return kafka.topics.of_predictions if kind == "prediction" else kafka.topics.of_labels


def _schema_of(kind: EventKind, reader: ReaderSettings) -> "Schema":
    """The schema in a reader's file, ready to read with."""
    from connectors.formats.avro_schemas import parsed_schema

    where, file = f"kafka.topics.{kind}s.reader.schema_file", reader.schema_file or Path()
    try:
        return parsed_schema(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError([f"{where}: {file} can't be read: {error}"]) from error
    except DecodeError as error:
        raise ConfigError([f"{where}: {file}: {error.detail}"]) from error


def label_decoder(given: LabelMap | None) -> MappedDecoder | None:
    """What reads the labels that somebody sends by this map; None where they are canonical."""
    return None if given is None else MappedJson(mapping_of(given))


def _mapping(kind: EventKind, topic: PredictionTopic | LabelTopic) -> EventMapping:
    if topic.map is not None:
        return mapping_of(topic.map)
    return IDENTITY_IN_DATA[kind] if topic.format == "cloudevents" else IDENTITY[kind]


@cache
def schema_registry(given: SchemaRegistrySettings) -> "SchemaRegistry":
    """The client of a registry, one for all topics.

    Raises:
        ConfigError: a secret's file or the certificate can't be read.
    """
    from connectors.formats.registry import SchemaRegistry

    secrets = {
        key: read_secret(f"kafka.schema_registry.{key}_file", file)
        if (file := getattr(given, f"{key}_file")) is not None
        else value.get_secret_value()
        if (value := getattr(given, key)) is not None
        else ""
        for key in ("password", "token")
    }
    try:
        return SchemaRegistry(
            given.url,
            auth=(given.username, secrets["password"]) if given.username is not None else None,
            token=secrets["token"],
            cafile=None if given.cafile is None else str(given.cafile),
        )
    except OSError as error:  # ssl.SSLError, too
        raise ConfigError(
            [f"kafka.schema_registry.cafile: can't be read: {error.strerror or error}"]
        ) from error
