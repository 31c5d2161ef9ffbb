"""The places that events come from, as the contract suite sees them: put lines in, open a source."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from connectors.files.events import FileSource
from connectors.kafka.source import KafkaSource
from monitor.domain.events.types import Partition, Record
from monitor.ingest.ports import EventSource, Poll
from tests.services.kafka_tools import create_topic, new_name, options, produce

VALUES = [b'{"n":%d}' % number for number in range(5)]


class Place(Protocol):
    """Two partitions that a test can write to and read through a source."""

    partitions: list[Partition]

    def put(self, partition: Partition, *values: bytes) -> None:
        """Add records."""

    def open(self, max_poll_records: int = 5_000) -> EventSource:
        """A source over both partitions, with the same group each time."""


class KafkaPlace:
    """A topic of two partitions."""

    def __init__(self, bootstrap: str, partitions: int = 2) -> None:
        self.bootstrap = bootstrap
        self.topic = new_name("events")
        self.group = new_name("group")
        self.partitions = [Partition(self.topic, number) for number in range(partitions)]
        create_topic(bootstrap, self.topic, partitions)

    def put(self, partition: Partition, *values: bytes) -> None:
        """Add records without keys."""
        self.put_rows(partition, [{"value": value} for value in values])

    def put_rows(self, partition: Partition, rows: Sequence[dict[str, Any]]) -> None:
        """Add records with whatever Kafka's producer takes."""
        produce(self.bootstrap, partition.topic, partition.partition, rows)

    def open(self, max_poll_records: int = 5_000) -> KafkaSource:
        """Another member of the group each time."""
        client = options(self.bootstrap)
        return KafkaSource({self.topic: "prediction"}, self.group, client, max_poll_records=max_poll_records)


class FilePlace:
    """Two files of lines."""

    def __init__(self, folder: Path) -> None:
        self.partitions = [Partition(str(folder / name), 0) for name in ("a.jsonl", "b.jsonl")]
        for partition in self.partitions:
            Path(partition.topic).touch()

    def put(self, partition: Partition, *values: bytes) -> None:
        """Add lines."""
        with Path(partition.topic).open("ab") as file:
            file.writelines(value + b"\n" for value in values)

    def open(self, max_poll_records: int = 5_000) -> FileSource:
        """From the beginning each time."""
        paths = [partition.topic for partition in self.partitions]
        return FileSource(paths, max_poll_records=max_poll_records)


def join(source: EventSource) -> set[Partition]:
    """Poll until partitions are assigned; nothing else may come before."""
    for _ in range(100):
        poll = source.poll(0.3)
        assert not poll.records
        if poll.assigned:
            return set(poll.assigned)
    raise AssertionError("no partitions were assigned")


def started(source: EventSource, positions: Mapping[Partition, int | None] | None = None) -> EventSource:
    """Join, and begin at these positions or else at the oldest record."""
    assigned = join(source)
    source.start({partition: (positions or {}).get(partition) for partition in assigned})
    return source


def drain(source: EventSource) -> dict[Partition, list[Record]]:
    """Everything up to the end, by partition. What a second rebalance takes and gives back is read on."""
    collected: dict[Partition, list[Record]] = {}
    for _ in range(100):
        if source.drained():
            return collected
        poll = source.poll(0.3)
        gather(collected, poll)
        back = {partition: collected.get(partition) for partition in poll.assigned}
        source.start({partition: read[-1].offset + 1 if read else None for partition, read in back.items()})
    raise AssertionError("the source was never drained")


def gather(collected: dict[Partition, list[Record]], poll: Poll) -> None:
    """Add the records of a poll."""
    for partition, records in poll.records.items():
        collected.setdefault(partition, []).extend(records)
