"""Records of any JSON, read by the mapping of their topic."""

from datetime import datetime

from typing_extensions import override

from monitor.domain.events.decode import Event
from monitor.domain.events.mapping.fields import EventMapping
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.mapping.reading import MappedReader, json_document
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Record
from monitor.ingest.ports import MappedDecoder


class MappedJson(MappedDecoder):
    """An `EventDecoder` of JSON objects."""

    def __init__(self, mapping: EventMapping) -> None:
        self._reader = MappedReader(mapping)
        self.mapping = mapping

    @override
    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Event:
        return self._reader.json_event(record.value or b"", latest, mends)

    @override
    def document(self, record: Record) -> Theirs:
        return json_document(record.value or b"")
