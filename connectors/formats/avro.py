"""Records of Avro, framed as serializers of a schema registry frame them: a zero, the schema's id, the record.

The writer's schema is all that a record needs. Where the topic pins a version of its subject, records are read as that
version has them: fields renamed by alias, defaults of fields that were added, and the default of an enum.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from typing_extensions import override

from connectors.formats.avro_reading import read_avro
from connectors.formats.avro_schemas import Schema, name_of, parsed_schema, unusable
from connectors.formats.framing import framed
from connectors.formats.registry import Reference, RegisteredSchema, SchemaRegistry, UnknownSchemaError
from monitor.domain.events.decode import Event
from monitor.domain.events.mapping.fields import EventMapping
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.mapping.reading import MappedReader
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Record
from monitor.errors import DecodeError
from monitor.ingest.ports import MappedDecoder

NUL = b"\0"
DEEPEST = 10  # references of references


class Pinned(NamedTuple):
    """The version that records are read as: of the subject that a writer's schema is registered under."""

    version: int
    subject_of: Callable[[Schema], str]


class FramedAvro(MappedDecoder):
    """An `EventDecoder` of Avro in the frame of a schema registry; `pinned` is what its records are read as."""

    def __init__(
        self, mapping: EventMapping, registry: SchemaRegistry, pinned: Pinned | Schema | None = None
    ) -> None:
        self.mapping = mapping
        self._reader = MappedReader(mapping, NUL)
        self._registry = registry
        self._pinned = pinned
        self._schemas: dict[int, tuple[Schema, Schema | None] | DecodeError] = {}

    @override
    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Event:
        return self._reader.event(self.document(record), record.value or b"", latest, mends)

    @override
    def document(self, record: Record) -> Theirs:
        number, body = framed(record.value or b"")
        known = self._schemas.get(number)
        if known is None:
            known = self._schemas_of(number)
        if isinstance(known, DecodeError):
            raise DecodeError(known.code, known.detail)
        return read_avro(body, *known)

    def _schemas_of(self, number: int) -> "tuple[Schema, Schema | None] | DecodeError":
        """The writer's and the reader's schema of an id, once; an id that is unknown is asked for again later."""
        try:
            given = self._registry.schema(number)
        except UnknownSchemaError:
            return DecodeError("unknown_schema", f"the schema registry knows no schema with the id {number}")
        try:
            writer = self._parsed(given)
            self._schemas[number] = writer, self._reader_of(writer)
        except DecodeError as refused:
            self._schemas[number] = refused
        return self._schemas[number]

    def _reader_of(self, writer: Schema) -> Schema | None:
        if not isinstance(self._pinned, Pinned):
            return self._pinned
        subject = self._pinned.subject_of(writer)
        try:
            return self._parsed(self._registry.version(subject, self._pinned.version))
        except UnknownSchemaError:
            raise unusable(f"the registry has no version {self._pinned.version} of {subject}") from None

    def _parsed(self, given: RegisteredSchema) -> Schema:
        if given.kind != "AVRO":
            raise unusable(f"it is of the kind {given.kind[:20]}, not AVRO")
        return parsed_schema(given.text, list(dict.fromkeys(self._referenced(given, DEEPEST, {}).values())))

    def _referenced(
        self, given: RegisteredSchema, deepest: int, known: dict[Reference, str]
    ) -> dict[Reference, str]:
        """The schemas that one names, each once and behind those that it names itself."""
        for reference in given.references:
            if reference in known:
                continue
            if not deepest:
                raise unusable("it names schemas that name others without end")
            try:
                other = self._registry.version(reference.subject, reference.version)
            except UnknownSchemaError:
                raise unusable(f"the registry lacks {reference.subject}, which it names") from None
            self._referenced(other, deepest - 1, known)
            known[reference] = other.text
        return known


def subject_namer(topic: str, naming: str) -> Callable[[Schema], str]:
    """What gives the subject of a writer's schema: by the topic, by its record, or by both."""
    if naming == "record":
        return name_of
    if naming == "topic_record":
        return lambda schema: f"{topic}-{name_of(schema)}"
    return lambda _schema: f"{topic}-value"
