"""Records that are at hand, as a source: what was made of a file, under the file's name."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from typing_extensions import override

from monitor.domain.events.types import Partition, Record
from monitor.errors import UnavailableError
from monitor.ingest.ports import EventSource, Poll


class RecordsAtHand(EventSource):
    """An `EventSource` over records of one file, in the order of their offsets, which may have gaps.

    Args:
        path: the file's path; it is the topic, and the partition is 0.
        values: the offset and the bytes of each record.
        latest: the latest time that one of them may carry.
        kind: what a record is that does not say so.
        max_poll_records: the most records that a poll brings.
    """

    cluster_id = "file"
    group = "anchorwatch"
    resumable = False

    def __init__(
        self,
        path: str,
        values: Sequence[tuple[int, bytes]],
        latest: datetime,
        *,
        kind: str = "label",
        max_poll_records: int = 5_000,
    ) -> None:
        self._partition = Partition(path, 0)
        self._records = [Record(self._partition, offset, value, kind) for offset, value in values]
        self._latest = latest
        self._max_records = max_poll_records
        self._next: int | None = None
        self._assigned = False
        self._paused = False

    @override
    def poll(self, timeout_s: float) -> Poll:
        if not self._assigned:
            self._assigned = True
            return Poll(assigned=[self._partition])
        if self._paused or self._next is None or not (records := self._ahead()[: self._max_records]):
            return Poll()
        self._next += len(records)
        return Poll({self._partition: records})

    @override
    def latest(self, partition: Partition, now: datetime, future: timedelta) -> datetime:
        return self._latest

    @override
    def incarnation(self, topic: str) -> str:
        """Unknown: what was made of a file has other numbers than the file itself."""
        return ""

    @override
    def start(
        self,
        positions: Mapping[Partition, int | None],
        _incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        """At the beginning, whatever was read before: the join knows what it has."""
        if self._partition in positions:
            self._next = 0

    @override
    def pause(self) -> None:
        self._paused = True

    @override
    def resume(self) -> None:
        self._paused = False

    @override
    def rebuild(self) -> None:
        """Somebody else reads the file. Joining afresh would take it back from them, and so on: one of us stops.

        Raises:
            UnavailableError: always.
        """
        raise UnavailableError(
            f"{self._partition.topic} is being imported by somebody else just now; import it again afterwards: what is"
            " in already stays as it is"
        )

    @override
    def commit(self, positions: Mapping[Partition, int]) -> None:
        """Nobody to tell."""

    @override
    def unread(self) -> str:
        return ""

    @override
    def lag(self) -> Mapping[Partition, int]:
        return {} if self._next is None else {self._partition: len(self._ahead())}

    @override
    def stalled(self, _now: float, _after_s: float) -> Sequence[Partition]:
        return ()

    @override
    def drained(self) -> bool:
        return self._assigned and self._next is not None and not self._ahead()

    @override
    def close(self) -> None:
        """Nothing is held open."""

    def _ahead(self) -> list[Record]:
        return self._records[self._next or 0 :]
