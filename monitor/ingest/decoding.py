"""Batches of records in, the events that they hold out, as this agent reads and keeps them."""

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime, timedelta

import msgspec

from monitor.domain.events.belief import Belief
from monitor.domain.events.types import Model, Partition, Record
from monitor.ingest.decoded import Decoded, decoded, with_annotators, with_customers, with_no_answers
from monitor.ingest.ports import EventDecoder, EventSource


class Decoding(msgspec.Struct, frozen=True):
    """What decides how records are read; the fields are those of `Ingest`."""

    source: EventSource
    beliefs: Sequence[Belief]
    decoders: Mapping[str, EventDecoder]
    max_bytes: int
    clock: Callable[[], datetime]
    future: timedelta
    subject_key: str
    customer: str
    plain_annotators: bool
    no_answers: Callable[[Model], Set[str]] | None

    def decode(self, records: Mapping[Partition, Sequence[Record]]) -> dict[Partition, list[Decoded]]:
        """Each partition's records decoded, the partitions in their order.

        Raises:
            UnavailableError: what a decoder needs can't be had just now.
        """
        now = self.clock()
        return {partition: self._part(partition, part, now) for partition, part in sorted(records.items())}

    def _part(self, partition: Partition, records: Sequence[Record], now: datetime) -> list[Decoded]:
        latest = self.source.latest(partition, now, self.future)
        decoder = self.decoders.get(partition.topic)
        part = decoded(records, self.max_bytes, latest, self.beliefs, decoder)
        if self.no_answers is not None:
            part = with_no_answers(part, self.no_answers)
        if not self.plain_annotators:
            part = with_annotators(part, self.subject_key)
        return with_customers(part, self.subject_key, self.customer) if self.subject_key else part
