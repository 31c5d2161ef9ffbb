"""Records of JSON in the frame of a schema registry. JSON says what it is by itself, so no schema is asked for."""

from datetime import datetime

from typing_extensions import override

from connectors.formats.framing import framed
from monitor.domain.events.decode import Event
from monitor.domain.events.mapping.fields import EventMapping
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.mapping.reading import MappedReader, json_document
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Record
from monitor.ingest.ports import MappedDecoder


class FramedJson(MappedDecoder):
    """An `EventDecoder` of what JSON Schema serializers write. The registry may be away."""

    def __init__(self, mapping: EventMapping) -> None:
        self.mapping = mapping
        self._reader = MappedReader(mapping)

    @override
    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Event:
        return self._reader.json_event(framed(record.value or b"")[1], latest, mends)

    @override
    def document(self, record: Record) -> Theirs:
        return json_document(framed(record.value or b"")[1])
