"""The hot path: the records of a fetched batch, taken apart in one loop, a piece of the batch at a time.

kafka-python calls some twenty functions a record, which was half of what reading costs. Where the loop meets something
strange it leaves the rest of the batch to kafka-python, which says what that is.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from connectors.kafka.batches import Untyped, is_refused
from connectors.kafka.client import Fetcher, IsolationLevel, decode_varint, kafka
from connectors.kafka.records import records_of
from monitor.domain.events.types import Partition, Record

PIECE = 1_000  # records that are taken apart at once: a small batch may unpack to a million of them
_WITH_BATCHES = 2  # the format ("magic") since Kafka 0.11


class _Common(NamedTuple):
    """What the records of a batch have in common; `first_stamp` in milliseconds.

    Where the broker stamped the batch when it arrived, `stamped` is the time of all.
    """

    partition: Partition
    kind: str
    first_offset: int
    first_stamp: int
    stamped: int | None


def read_quickly(consumer: Untyped, kinds: Mapping[str, str]) -> None:
    """Let a consumer of kafka-python's give `Record`s; `kinds` is what each topic holds."""

    class Unpacking(Fetcher.PartitionRecords):  # type: ignore[misc]
        """What one fetch brought of a partition."""

        def _unpack_records(self, tp: Untyped, batches: Untyped, *_deserializers: None) -> Iterator[Record]:
            partition, kind = Partition(tp.topic, tp.partition), kinds[tp.topic]
            while (batch := batches.next_batch()) is not None:
                if self._holds_records(batch):
                    for record in _records(partition, kind, batch):
                        self.next_fetch_offset = record.offset + 1
                        yield record
                if batch.magic == _WITH_BATCHES:  # what was compacted away at its end is passed over, too
                    self.next_fetch_offset = batch.next_offset
                    self.bytes_read += batch.size_in_bytes
            self.drain()

        def _holds_records(self, batch: Untyped) -> bool:
            """Whether it is neither a mark of a transaction nor part of one that was taken back."""
            if self.check_crcs and not batch.validate_crc():
                raise kafka.errors.CorruptRecordError(
                    f"Record batch for partition {self.topic_partition} at offset {batch.base_offset}"
                    " failed crc check"
                )
            if batch.magic != _WITH_BATCHES:
                return True
            self.leader_epoch = batch.leader_epoch
            if self.isolation_level == IsolationLevel.READ_COMMITTED and batch.has_producer_id():
                self._consume_aborted_transactions_up_to(batch.last_offset)
                if self._contains_abort_marker(batch):
                    self.aborted_producer_ids.discard(batch.producer_id)
                elif self._is_batch_aborted(batch):
                    return False
            return not batch.is_control_batch

    consumer._fetcher.PartitionRecords = Unpacking


def _records(partition: Partition, kind: str, batch: Untyped) -> Iterator[Record]:
    rest = iter(batch)  # unpacked by now
    if batch.magic == _WITH_BATCHES and not is_refused(batch):
        batch._buffer = data = bytes(batch._buffer)
        stamped = batch.max_timestamp if batch.timestamp_type == batch.LOG_APPEND_TIME else None
        common = _Common(partition, kind, batch.base_offset, batch.first_timestamp, stamped)
        while count := min(batch.records_count - batch._next_record_index, PIECE):
            try:
                records, batch._pos = _taken_apart(data, batch._pos, count, common)
            except (IndexError, ValueError):
                break
            batch._next_record_index += count
            yield from records
    for record in rest:
        if not record.validate_crc():
            raise kafka.errors.CorruptRecordError(
                f"Record for partition {partition} at offset {record.offset} failed crc check"
            )
        yield from records_of(partition, kind, [record])


def _taken_apart(data: bytes, pos: int, count: int, common: _Common) -> tuple[list[Record], int]:
    """So many records from a place in a batch on, and where they end.

    Raises:
        IndexError, ValueError: something is not as it should be.
    """
    partition, kind, first_offset, first_stamp, stamped = common
    records: list[Record] = []
    for _ in range(count):
        size, begin = decode_varint(data, pos)
        since_first, pos = decode_varint(data, begin + 1)  # past attributes that nobody uses
        further, pos = decode_varint(data, pos)
        key, pos = _bytes(data, pos)
        value, pos = _bytes(data, pos)
        headers, pos = _headers(data, pos) if data[pos] else ((), pos + 1)
        if pos - begin != size:
            raise ValueError("a record is not as long as it says")
        stamp = first_stamp + since_first if stamped is None else stamped
        records.append(
            Record(
                partition, first_offset + further, value, kind, key, headers, stamp if stamp >= 0 else None
            )
        )
    return records, pos


def _bytes(data: bytes, pos: int) -> tuple[bytes | None, int]:
    size, pos = decode_varint(data, pos)
    return (None, pos) if size < 0 else (data[pos : pos + size], pos + size)


def _headers(data: bytes, pos: int) -> tuple[tuple[tuple[str, bytes], ...], int]:
    count, pos = decode_varint(data, pos)
    if count < 0:
        raise ValueError("less than no headers")
    headers = []
    for _ in range(count):
        name, pos = _bytes(data, pos)
        if name is None:
            raise ValueError("a header without a name")
        value, pos = _bytes(data, pos)
        headers.append((name.decode(), value or b""))
    return tuple(headers), pos
