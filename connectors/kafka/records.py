"""kafka-python's records in, ours out."""

from collections.abc import Iterable

from connectors.kafka.client import Untyped
from monitor.domain.events.types import Partition, Record


def records_of(partition: Partition, kind: str, records: Iterable[Untyped]) -> list[Record]:
    """Ours; `kind` is what the topic holds."""
    return [
        Record(
            partition,
            record.offset,
            record.value,
            kind,
            record.key,
            tuple((name, value or b"") for name, value in record.headers),
            record.timestamp if record.timestamp >= 0 else None,
        )
        for record in records
    ]
