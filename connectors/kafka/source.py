"""Records from Kafka: topics and a group in, polls of raw records by partition out.

Positions are the caller's: nothing is read before `start` names one, and what Kafka has stored is never
used. All methods are for one thread; only the rebalance listener runs in kafka-python's own.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from connectors.kafka.admin import introduce, missing_topics
from connectors.kafka.client import Untyped, bootstrap_of, connect, kafka
from connectors.kafka.errors import explain_error
from connectors.kafka.positions import bounds, end_at_stable, fetched_ends, made_anew, sentence, unservable
from connectors.kafka.rebalance import RebalanceListener
from connectors.kafka.records import records_of
from connectors.kafka.unreadable import Unreadables
from monitor.domain.events.types import Partition
from monitor.errors import PositionError, UnavailableError
from monitor.ingest.ports import EventSource, Poll

log = logging.getLogger(__name__)

SLICE_S = 0.2  # how late an assignment may be noticed while nothing comes in
JOIN_S = 5.0  # how long a poll stays with a rebalance, whatever its timeout
SILENCE_S = 10.0  # without records for so long, ask whether the broker is there
ENDS_FRESH_S = 1.0
ENDS_MS = 2_000
LEAVE_MS = 2_000
MISSING_EVERY_S = 10.0


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
        self._bootstrap = bootstrap_of(client)
        self._max_records = max_poll_records
        self._owned: dict[Any, Partition] = {}
        self._started: dict[Any, int] = {}  # the end of the log when each was started
        self._unsure: set[Any] = set()  # those whose end no fetch has confirmed yet
        self._lost: list[Partition] = []
        self._moved: dict[Any, tuple[int, float]] = {}
        self._ends: dict[Any, int] = {}
        self._ends_until = 0.0
        self._paused = False
        self._closed = False
        self._incarnations: dict[str, str] = {}  # of the topics as we began to read them
        self._commit: Any = None
        self._missing = ""  # what to tell of topics that were deleted under us
        self._look_again = 0.0
        self.cluster_id = introduce(self._client, self._kinds)
        self._consumer: Any = None
        self._connect()

    @override
    def poll(self, timeout_s: float) -> Poll:
        """Wait for records; the first poll after a failed `rebuild` connects again.

        During a rebalance it stays up to five seconds longer, see `_join`.

        Raises:
            UnavailableError: the broker has not answered for ten seconds and more, or refuses us.
            PositionError: our position left the log while we were reading (retention, a recreated topic).
        """
        if self._consumer is None:
            self._connect()
        deadline = time.monotonic() + timeout_s
        while True:
            batches = self._fetch(min(max(deadline - time.monotonic(), 0.0), SLICE_S))
            self._look_for_missing()
            self._check_incarnations()
            if self._changes.joining:
                self._join()
                batches = self._fetch(0.0)
            assigned, revoked = self._take_changes()
            records = {
                self._owned[tp]: records_of(self._owned[tp], self._kinds[tp.topic], batch)
                for tp, batch in batches.items()
                if tp in self._started
            }
            if records:
                self._heard = time.monotonic()
            if records or assigned or revoked:
                return Poll(records, assigned, revoked)
            if time.monotonic() - self._heard > SILENCE_S:
                self._ask_whether_it_lives()
            if time.monotonic() >= deadline:
                return Poll()

    @override
    def latest(self, _partition: Partition, now: datetime, future: timedelta) -> datetime:
        return now + future

    @override
    def incarnation(self, topic: str) -> str:
        topic_id = self._consumer._client.cluster.topic_id(topic) if self._consumer is not None else None
        return str(topic_id) if topic_id else ""

    @override
    def start(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        wanted = self._ours(positions)
        begins, ends = self._bounds(wanted)
        if problems := made_anew(wanted, incarnations, self.incarnation) | unservable(wanted, begins, ends):
            raise PositionError(sentence(problems))
        self._incarnations |= {tp.topic: self.incarnation(tp.topic) for tp in wanted}
        for tp, offset in wanted.items():
            try:
                self._consumer.seek(tp, begins[tp] if offset is None else offset)
                if not self._paused:
                    self._consumer.resume(tp)
            except (kafka.errors.KafkaError, AssertionError, KeyError):
                continue  # taken from us meanwhile; the next poll says so
            self._started[tp] = ends[tp]
            if ends[tp] > begins[tp]:
                self._unsure.add(tp)
            self._moved.pop(tp, None)
        self._ends.update(ends)

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
        if self._consumer is None:
            self._connect()
        wanted = {
            kafka.TopicPartition(*partition): offset
            for partition, offset in positions.items()
            if partition.partition in (self._consumer.partitions_for_topic(partition.topic) or ())
        }
        return made_anew(wanted, incarnations, self.incarnation) | unservable(wanted, *self._bounds(wanted))

    @override
    def pause(self) -> None:
        self._paused = True
        if self._consumer is not None:
            self._consumer.pause(*self._consumer.assignment())

    @override
    def resume(self) -> None:
        self._paused = False
        if self._consumer is not None:
            ours = self._started.keys() & self._consumer.assignment() - self._unreadable.now()
            self._consumer.resume(*ours)

    @override
    def commit(self, positions: Mapping[Partition, int]) -> None:
        offsets = {
            tp: kafka.OffsetAndMetadata(offset, "", -1) for tp, offset in self._ours(positions).items()
        }
        if offsets and self._consumer is not None:
            try:
                self._commit = self._consumer.commit_async(offsets, callback=_log_failed_commit)
            except kafka.errors.KafkaError as error:
                _log_failed_commit(offsets, error)

    @override
    def unread(self) -> str:
        reasons = [*([self._missing] if self._missing else ()), *self._unreadable.reasons(self._bootstrap)]
        return "".join(f"{reason} The others are read on." for reason in reasons)

    @override
    def lag(self) -> Mapping[Partition, int]:
        """Records still to come, of the started partitions; the end of the log is at most a second old.

        Never fails: while the broker is away the last known end counts.
        """
        if time.monotonic() >= self._ends_until and self._started:
            try:
                self._ends.update(self._consumer.end_offsets(list(self._started), timeout_ms=ENDS_MS))
                self._ends_until = time.monotonic() + ENDS_FRESH_S
            except kafka.errors.KafkaError:
                self._ends_until = time.monotonic() + 10 * ENDS_FRESH_S
        ends = {tp: max(self._ends[tp], self._highwater(tp) or 0) for tp in self._started}
        return {self._owned[tp]: max(0, end - self._position(tp)) for tp, end in ends.items()}

    @override
    def drained(self) -> bool:
        if self._consumer is None or self._changes.joining or self._changes.waiting:
            return False
        for tp in list(self._unsure):
            if (end := self._highwater(tp)) is not None:
                self._started[tp] = max(self._started[tp], end)
                self._unsure.discard(tp)
        return not self._unsure and all(
            tp in self._started and self._position(tp) >= self._started[tp] for tp in self._owned
        )

    @override
    def stalled(self, now: float, after_s: float) -> Sequence[Partition]:
        """Partitions with records waiting whose position has not moved for so long. Mend with `rebuild`.

        Call it now and then with a steady clock in seconds; while paused nothing counts as stalled.
        """
        stuck = []
        for partition, behind in self.lag().items():
            tp = kafka.TopicPartition(*partition)
            position = self._position(tp)
            seen, since = self._moved.get(tp, (-1, now))
            if self._paused or tp in self._unreadable or behind == 0 or seen != position:
                self._moved[tp] = (position, now)
            elif now - since >= after_s:
                stuck.append(partition)
        return stuck

    @override
    def rebuild(self) -> None:
        """Throw the consumer away and join the group anew; every partition counts as revoked.

        Raises:
            UnavailableError: the broker can't be reached now; the next `poll` tries again.
        """
        self._drop_consumer()
        self._lost.extend(self._owned.values())
        self._owned.clear()
        self._started.clear()
        self._unsure.clear()
        self._connect()

    @override
    def close(self) -> None:
        if not self._closed:
            self._closed = True
            deadline = time.monotonic() + LEAVE_MS / 1000
            while self._commit is not None and not self._commit.is_done and time.monotonic() < deadline:
                time.sleep(0.005)
            self._drop_consumer()

    def _connect(self) -> None:
        if self._closed:
            raise UnavailableError("this Kafka source is closed")
        ours = {
            "group_id": self.group,
            "enable_auto_commit": False,
            # A position outside the log is an error to tell, never a jump to wherever there is something.
            "auto_offset_reset": "none",
            "isolation_level": "read_committed",  # what a producer took back was never said
            "key_deserializer": None,
            "value_deserializer": None,
        }
        consumer = connect(kafka.KafkaConsumer, self._client, ours)
        self._changes = RebalanceListener(consumer)
        end_at_stable(consumer)
        self._unreadable = Unreadables(consumer)
        for topic in self._kinds:
            consumer.partitions_for_topic(topic)  # a leader that does not know them yet would assign none
        consumer.subscribe(topics=list(self._kinds), listener=self._changes)
        self._consumer = consumer
        self._heard = time.monotonic()
        self._ends_until = 0.0

    def _drop_consumer(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            try:
                consumer.close(autocommit=False, timeout_ms=LEAVE_MS)
            except (kafka.errors.KafkaError, OSError) as error:
                log.info("leaving the Kafka group failed: %s", error)

    def _join(self) -> None:
        """Wait for the rebalance to end.

        kafka-python 3.0.12 forgets a join that is answered between two calls: it believes to be a member
        and never hands out what it was given. Where that happened it has to join again.
        """
        coordinator = self._consumer._coordinator
        try:
            joined = coordinator.poll(timeout_ms=JOIN_S * 1000)
        except kafka.errors.KafkaError as error:
            raise UnavailableError(explain_error(error, self._bootstrap)) from error
        if joined and self._changes.joining:
            coordinator.request_rejoin()

    def _fetch(self, timeout_s: float) -> Mapping[Any, Sequence[Any]]:
        try:
            batches: Mapping[Any, Sequence[Any]] = self._consumer.poll(
                timeout_ms=int(timeout_s * 1000), max_records=self._max_records
            )
        except (kafka.errors.OffsetOutOfRangeError, kafka.errors.LogTruncationError) as error:
            raise PositionError(self._why_out_of_range(error)) from error
        except kafka.errors.KafkaError as error:
            raise UnavailableError(explain_error(error, self._bootstrap)) from error
        return batches

    def _look_for_missing(self) -> None:
        """A topic that was deleted is one that nobody writes to any more: it has to be told."""
        gone = [topic for topic, known in self._incarnations.items() if known and not self.incarnation(topic)]
        if not gone:
            self._missing = ""
        elif time.monotonic() >= self._look_again:
            self._look_again = time.monotonic() + MISSING_EVERY_S
            missing = missing_topics(self._client, gone)
            self._missing = (
                missing
                and (
                    f"Kafka at {self._bootstrap} no longer has the topic {', '.join(missing)}: it was deleted."
                    " Make it again, or correct kafka.topics."
                )
            ) or ""
        if self._missing and len(gone) == len(self._kinds):
            raise UnavailableError(self._missing)

    def _check_incarnations(self) -> None:
        """A topic that was made anew while we read it may hold records at our position: other ones."""
        if all(self.incarnation(topic) == known for topic, known in self._incarnations.items()):
            return
        then = {self._owned[tp]: self._incarnations[tp.topic] for tp in self._started}
        if problems := made_anew(self._started, then, self.incarnation):
            raise PositionError(sentence(problems))

    def _why_out_of_range(self, error: Exception) -> str:
        at = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        offsets = {self._owned[tp]: offset for tp, offset in at.items() if tp in self._owned}
        numbers = {partition: offset for partition, offset in offsets.items() if isinstance(offset, int)}
        if problems := self.unservable(numbers):
            return sentence(problems)
        places = ", ".join(f"{partition.topic}[{partition.partition}]" for partition in offsets)
        return (
            f"Kafka no longer has the records of {places or 'a partition'} that we were about to read: they "
            "expired, or the topic was recreated. Start again; if the position is refused then, type "
            "`anchorwatch run --reset-positions`."
        )

    def _take_changes(self) -> tuple[list[Partition], list[Partition]]:
        if not self._changes.waiting and not self._lost:
            return [], []
        came, went = self._changes.settle(self._owned)
        revoked, self._lost = [*self._lost, *went.values()], []
        for tp in went:
            self._owned.pop(tp)
            self._started.pop(tp, None)
            self._unsure.discard(tp)
        self._owned.update(came)
        return list(came.values()), revoked

    def _ours(self, positions: Mapping[Partition, Any]) -> dict[Any, Any]:
        named = {kafka.TopicPartition(*partition): offset for partition, offset in positions.items()}
        return {tp: offset for tp, offset in named.items() if tp in self._owned}

    def _position(self, tp: Untyped) -> int:
        try:
            return int(self._consumer.position(tp, timeout_ms=100) or 0)
        except (kafka.errors.KafkaError, AttributeError):
            return 0  # taken from us a moment ago

    def _highwater(self, tp: Untyped) -> int | None:
        try:
            end: int | None = self._consumer.highwater(tp)
        except (kafka.errors.KafkaError, KeyError):
            return None
        return end

    def _bounds(self, wanted: Mapping[Any, int | None]) -> tuple[dict[Any, int], dict[Any, int]]:
        begins, ends = bounds(self._consumer, self._bootstrap, wanted)
        beyond = {
            tp: max(begins[tp], ends[tp] - 1) for tp, offset in wanted.items() if (offset or 0) > ends[tp]
        }
        if beyond:
            ends.update(fetched_ends(self._client, beyond))
        return begins, ends

    def _ask_whether_it_lives(self) -> None:
        """kafka-python waits for a lost broker for ever and says nothing; so ask for a log's bounds."""
        topic = next(iter(self._kinds))
        bounds(self._consumer, self._bootstrap, list(self._owned)[:1] or [kafka.TopicPartition(topic, 0)])
        self._heard = time.monotonic()


def _log_failed_commit(offsets: Untyped, answer: Untyped) -> None:
    if isinstance(answer, Exception):
        log.info("telling Kafka our position failed (nothing is lost): %s", answer)
