"""One connection of a group's member: kafka-python's consumer, with our errors and without its traps."""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from connectors.kafka.batch_records import read_quickly
from connectors.kafka.client import Untyped, bootstrap_of, connect, kafka
from connectors.kafka.errors import explain_error
from connectors.kafka.positions import bounds, end_at_stable, fetched_ends
from connectors.kafka.rebalance import RebalanceListener
from connectors.kafka.unreadable import Unreadables
from monitor.domain.events.types import Record
from monitor.errors import UnavailableError

log = logging.getLogger(__name__)

LEFT_THE_LOG = (kafka.errors.OffsetOutOfRangeError, kafka.errors.LogTruncationError)
JOIN_S = 5.0  # how long a poll stays with a rebalance, whatever its timeout
SILENCE_S = 10.0  # without records for so long, ask whether the broker is there
ENDS_MS = 2_000
LEAVE_MS = 2_000
_OURS = {
    "enable_auto_commit": False,
    # A position outside the log is an error to tell, never a jump to wherever there is something.
    "auto_offset_reset": "none",
    "isolation_level": "read_committed",  # what a producer took back was never said
    "key_deserializer": None,
    "value_deserializer": None,
}


class GroupConsumer:
    """Reads topics as one member of a group. Partitions are kafka-python's own (`tp`), records are ours.

    `topics` is what each holds. What the group gives and takes is in `changes`, what can't be read just now in
    `unreadable`.

    Raises:
        UnavailableError: the broker is not there or refuses us.
        ConfigError: an option that kafka-python does not have.
    """

    def __init__(
        self, client: Mapping[str, Any], group: str, topics: Mapping[str, str], max_poll_records: int
    ) -> None:
        self._client = client
        self._bootstrap = bootstrap_of(client)
        self._topics = list(topics)
        self._max_records = max_poll_records
        self._consumer = connect(kafka.KafkaConsumer, client, {"group_id": group, **_OURS})
        self.changes = RebalanceListener(self._consumer)
        end_at_stable(self._consumer)
        read_quickly(self._consumer, topics)
        self.unreadable = Unreadables(self._consumer)
        try:
            for topic in self._topics:
                # A leader that does not know them yet would assign none.
                self.partitions_of(topic)
            self._consumer.subscribe(topics=self._topics, listener=self.changes)
        except Exception:  # the broker went away in between; nobody else knows of the connection
            self.leave()
            raise
        self._heard = time.monotonic()
        self._commit: Any = None

    def fetch(self, timeout_s: float) -> Mapping[Untyped, Sequence[Record]]:
        """Records by partition.

        Raises:
            UnavailableError: the broker refuses us.
            OffsetOutOfRangeError, LogTruncationError: kafka-python's own; a position of ours left the log.
        """
        try:
            batches: Mapping[Untyped, Sequence[Record]] = self._consumer.poll(
                timeout_ms=int(timeout_s * 1000), max_records=self._max_records
            )
        except LEFT_THE_LOG:
            raise
        except kafka.errors.KafkaError as error:
            raise UnavailableError(explain_error(error, self._bootstrap)) from error
        return batches

    def join(self) -> None:
        """Wait for the rebalance to end.

        kafka-python 3.0.12 forgets a join that is answered between two calls: it believes to be a member
        and never hands out what it was given. Where that happened it has to join again.
        """
        coordinator = self._consumer._coordinator
        try:
            joined = coordinator.poll(timeout_ms=JOIN_S * 1000)
        except kafka.errors.KafkaError as error:
            raise UnavailableError(explain_error(error, self._bootstrap)) from error
        if joined and self.changes.joining:
            coordinator.request_rejoin()

    def heard(self) -> None:
        """Note that the broker has just sent something."""
        self._heard = time.monotonic()

    def ask_if_silent(self, owned: Collection[Untyped]) -> None:
        """After ten seconds of silence ask the broker for a log's bounds.

        kafka-python waits for a lost broker for ever and says nothing.

        Raises:
            UnavailableError: it does not answer.
        """
        if time.monotonic() - self._heard > SILENCE_S:
            bounds(
                self._consumer, self._bootstrap, list(owned)[:1] or [kafka.TopicPartition(self._topics[0], 0)]
            )
            self.heard()

    def incarnation(self, topic: str) -> str:
        """Names this making of a topic; "" where it is not there."""
        topic_id = self._consumer._client.cluster.topic_id(topic)
        return str(topic_id) if topic_id else ""

    def partitions_of(self, topic: str) -> Collection[int]:
        """The numbers of a topic's partitions.

        Raises:
            UnavailableError: the broker, which was there a moment ago, is gone.
        """
        try:
            return self._consumer.partitions_for_topic(topic) or ()
        except kafka.errors.KafkaError as error:
            raise UnavailableError(explain_error(error, self._bootstrap)) from error

    def assignment(self) -> Collection[Untyped]:
        """The partitions that are ours now."""
        ours: Collection[Untyped] = self._consumer.assignment()
        return ours

    def seek(self, tp: Untyped, offset: int) -> None:
        """Read on from there."""
        self._consumer.seek(tp, offset)

    def pause(self, *tps: Untyped) -> None:
        """Fetch nothing of these."""
        self._consumer.pause(*tps)

    def resume(self, *tps: Untyped) -> None:
        """Fetch them again."""
        self._consumer.resume(*tps)

    def position(self, tp: Untyped) -> int:
        """The next record to read."""
        try:
            return int(self._consumer.position(tp, timeout_ms=100) or 0)
        except (kafka.errors.KafkaError, AttributeError):
            return 0  # taken from us a moment ago

    def highwater(self, tp: Untyped) -> int | None:
        """The log's end as the last fetch reported it; None before any."""
        try:
            end: int | None = self._consumer.highwater(tp)
        except (kafka.errors.KafkaError, KeyError):
            return None
        return end

    def ends(self, tps: Collection[Untyped]) -> Mapping[Untyped, int] | None:
        """The logs' ends; None where the broker does not answer."""
        try:
            ends: Mapping[Untyped, int] = self._consumer.end_offsets(list(tps), timeout_ms=ENDS_MS)
        except kafka.errors.KafkaError:
            return None
        return ends

    def bounds(self, wanted: Mapping[Untyped, int | None]) -> tuple[dict[Untyped, int], dict[Untyped, int]]:
        """The oldest offset kept and the end, of each partition that is to be read from some position.

        Raises:
            UnavailableError: the broker does not answer.
        """
        begins, ends = bounds(self._consumer, self._bootstrap, wanted)
        beyond = {
            tp: max(begins[tp], ends[tp] - 1) for tp, offset in wanted.items() if (offset or 0) > ends[tp]
        }
        if beyond:
            try:
                ends.update(fetched_ends(self._client, beyond))
            except kafka.errors.KafkaError as error:
                raise UnavailableError(explain_error(error, self._bootstrap)) from error
        return begins, ends

    def commit(self, positions: Mapping[Untyped, int]) -> None:
        """Tell the broker our positions, and wait for no answer."""
        offsets = {tp: kafka.OffsetAndMetadata(offset, "", -1) for tp, offset in positions.items()}
        try:
            self._commit = self._consumer.commit_async(offsets, callback=_log_failed_commit)
        except kafka.errors.KafkaError as error:
            _log_failed_commit(offsets, error)

    def finish_commit(self) -> None:
        """Wait a little for the answer to the last commit."""
        deadline = time.monotonic() + LEAVE_MS / 1000
        while self._commit is not None and not self._commit.is_done and time.monotonic() < deadline:
            time.sleep(0.005)

    def leave(self) -> None:
        """Leave the group and let go of the connection."""
        try:
            self._consumer.close(autocommit=False, timeout_ms=LEAVE_MS)
        except (kafka.errors.KafkaError, OSError) as error:
            log.info("leaving the Kafka group failed: %s", error)


def _log_failed_commit(offsets: Untyped, answer: Untyped) -> None:
    if isinstance(answer, Exception):
        log.info("telling Kafka our position failed (nothing is lost): %s", answer)
