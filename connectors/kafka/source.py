"""Records from Kafka: topics and a group in, polls of raw records by partition out.

Positions are the caller's: nothing is read before `start` names one, and what Kafka has stored is never
used. All methods are for one thread at a time; only the rebalance listener runs in kafka-python's own.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from connectors.kafka.admin import introduce
from connectors.kafka.client import Untyped, bootstrap_of, kafka
from connectors.kafka.consumer import LEFT_THE_LOG, GroupConsumer
from connectors.kafka.positions import gone_meanwhile, made_anew, sentence, unservable
from connectors.kafka.progress import Progress
from connectors.kafka.topics import TopicIncarnations
from monitor.domain.events.types import Partition, Record
from monitor.errors import PositionError, UnavailableError
from monitor.ingest.ports import EventSource, Poll

SLICE_S = 0.2  # how late an assignment may be noticed while nothing comes in


class KafkaSource(EventSource):
    """An `EventSource` over topics of one cluster, shared with the other members of the group.

    Args:
        topics: what each topic holds: "prediction" (also for a mixed one) or "label".
        group: the consumer group.
        client: kafka-python's options under their own names.
        max_poll_records: the most records one poll brings.

    Raises:
        UnavailableError: the broker is not there, refuses us, or lacks a topic.
        ConfigError: an option that kafka-python does not have.
    """

    resumable = True

    def __init__(
        self,
        topics: Mapping[str, str],
        group: str,
        client: Mapping[str, Any],
        *,
        max_poll_records: int = 10_000,
    ) -> None:
        self.group = group
        self._kinds = dict(topics)
        self._client = dict(client)
        self._max_records = max_poll_records
        self._owned: dict[Untyped, Partition] = {}
        self._lost: list[Partition] = []
        self._progress = Progress()
        self._topics = TopicIncarnations(self._client, self._kinds)
        self._paused = False
        self._closed = False
        self.cluster_id = introduce(self._client, self._kinds)
        self._consumer: GroupConsumer | None = self._connect()

    @override
    def poll(self, timeout_s: float) -> Poll:
        """Wait for records; the first poll after a failed `rebuild` connects again.

        During a rebalance it stays up to five seconds longer, see `GroupConsumer.join`.

        Raises:
            UnavailableError: the broker has not answered for ten seconds and more, or refuses us.
            PositionError: our position left the log while we were reading (retention, a recreated topic).
        """
        consumer = self._consumer = self._consumer or self._connect()
        deadline = time.monotonic() + timeout_s
        while True:
            batches = self._fetch(consumer, min(max(deadline - time.monotonic(), 0.0), SLICE_S))
            self._topics.look_for_missing(consumer.incarnation)
            started = {tp: self._owned[tp] for tp in self._progress.started}
            self._topics.refuse_made_anew(started, consumer.incarnation)
            if consumer.changes.joining:
                consumer.join()
                batches = self._fetch(consumer, 0.0)
            assigned, revoked = self._take_changes(consumer)
            records = {
                self._owned[tp]: batch for tp, batch in batches.items() if tp in self._progress.started
            }
            if records:
                consumer.heard()
            if records or assigned or revoked:
                return Poll(records, assigned, revoked)
            consumer.ask_if_silent(self._owned)
            if time.monotonic() >= deadline:
                return Poll()

    @override
    def latest(self, _partition: Partition, now: datetime, future: timedelta) -> datetime:
        return now + future

    @override
    def incarnation(self, topic: str) -> str:
        return self._consumer.incarnation(topic) if self._consumer is not None else ""

    @override
    def start(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        wanted, consumer = self._ours(positions), self._consumer
        if consumer is None or not wanted:
            return
        begins, ends = consumer.bounds(wanted)
        anew = made_anew(wanted, incarnations, consumer.incarnation)
        if problems := anew | unservable(wanted, begins, ends):
            raise PositionError(sentence(problems))
        for tp, offset in wanted.items():
            self._topics.begin(tp.topic, consumer.incarnation(tp.topic))
            try:
                consumer.seek(tp, begins[tp] if offset is None else offset)
                if not self._paused:
                    consumer.resume(tp)
            except (kafka.errors.KafkaError, AssertionError, KeyError):
                continue  # taken from us meanwhile; the next poll says so
            self._progress.start(tp, begins[tp], ends[tp])

    def unservable(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> dict[Partition, str]:
        """The positions that the log can't serve, with the reason: what `run --reset-positions` drops.

        Also of partitions that are not ours just now; those that the topic no longer has are left out.

        Raises:
            UnavailableError: the broker does not answer.
        """
        consumer = self._consumer = self._consumer or self._connect()
        wanted = {
            kafka.TopicPartition(*partition): offset
            for partition, offset in positions.items()
            if partition.partition in consumer.partitions_of(partition.topic)
        }
        anew = made_anew(wanted, incarnations, consumer.incarnation)
        return anew | unservable(wanted, *consumer.bounds(wanted))

    @override
    def pause(self) -> None:
        self._paused = True
        if self._consumer is not None:
            self._consumer.pause(*self._consumer.assignment())

    @override
    def resume(self) -> None:
        self._paused = False
        if self._consumer is not None:
            ours = {*self._progress.started} & {*self._consumer.assignment()}
            self._consumer.resume(*ours - {*self._consumer.unreadable.now()})

    @override
    def commit(self, positions: Mapping[Partition, int]) -> None:
        ours = self._ours(positions)
        if ours and self._consumer is not None:
            self._consumer.commit(ours)

    @override
    def unread(self) -> str:
        reasons = [self._topics.deleted] if self._topics.deleted else []
        if self._consumer is not None:
            reasons += self._consumer.unreadable.reasons(bootstrap_of(self._client))
        return "".join(f"{reason} The others are read on." for reason in reasons)

    @override
    def lag(self) -> Mapping[Partition, int]:
        """Records still to come, of the started partitions; the end of the log is at most a second old.

        Never fails: while the broker is away the last known end counts.
        """
        if self._consumer is None:
            return {}
        return {self._owned[tp]: behind for tp, behind in self._progress.lag(self._consumer).items()}

    @override
    def drained(self) -> bool:
        consumer = self._consumer
        if consumer is None or consumer.changes.joining or consumer.changes.waiting:
            return False
        return self._progress.drained(consumer, self._owned)

    @override
    def stalled(self, now: float, after_s: float) -> Sequence[Partition]:
        """Partitions with records waiting whose position has not moved for so long. Mend with `rebuild`.

        Call it now and then with a steady clock in seconds; while paused nothing counts as stalled.
        """
        if self._consumer is None:
            return []
        stuck = self._progress.stalled(self._consumer, now, after_s, paused=self._paused)
        return [self._owned[tp] for tp in stuck]

    @override
    def rebuild(self) -> None:
        """Throw the consumer away and join the group anew; every partition counts as revoked.

        Raises:
            UnavailableError: the broker can't be reached now; the next `poll` tries again.
        """
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.leave()
        self._lost.extend(self._owned.values())
        self._owned.clear()
        self._progress.stop(self._progress.started)
        self._consumer = self._connect()

    @override
    def close(self) -> None:
        self._closed = True
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.finish_commit()
            consumer.leave()

    def _connect(self) -> GroupConsumer:
        if self._closed:
            raise UnavailableError("this Kafka source is closed")
        self._progress.forget_ends()
        return GroupConsumer(self._client, self.group, self._kinds, self._max_records)

    def _fetch(self, consumer: GroupConsumer, timeout_s: float) -> Mapping[Untyped, Sequence[Record]]:
        try:
            return consumer.fetch(timeout_s)
        except LEFT_THE_LOG as error:
            raise PositionError(self._why_out_of_range(error)) from error

    def _why_out_of_range(self, error: Exception) -> str:
        at = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        offsets = {self._owned[tp]: offset for tp, offset in at.items() if tp in self._owned}
        numbers = {partition: offset for partition, offset in offsets.items() if isinstance(offset, int)}
        if problems := self.unservable(numbers):
            return sentence(problems)
        return gone_meanwhile(offsets)

    def _take_changes(self, consumer: GroupConsumer) -> tuple[list[Partition], list[Partition]]:
        if not consumer.changes.waiting and not self._lost:
            return [], []
        came, went = consumer.changes.settle(self._owned)
        revoked, self._lost = [*self._lost, *went.values()], []
        for tp in went:
            self._owned.pop(tp)
        self._progress.stop(went)
        self._owned.update(came)
        return list(came.values()), revoked

    def _ours(self, positions: Mapping[Partition, Any]) -> dict[Untyped, Any]:
        named = {kafka.TopicPartition(*partition): offset for partition, offset in positions.items()}
        return {tp: offset for tp, offset in named.items() if tp in self._owned}
