"""An `EventSource` in memory: logs that a test fills, partitions that it gives and takes away."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.domain.events.fields import LATEST
from monitor.domain.events.types import Partition, Record
from monitor.errors import PositionError, UnavailableError
from monitor.ingest.ports import Poll


class FakeSource:
    """Delivers up to `max_records` per partition and poll, from the positions given to `start`."""

    cluster_id = "fake-cluster"
    group = "fake-group"

    def __init__(self, *partitions: Partition, resumable: bool = True, max_records: int = 10_000) -> None:
        self.resumable = resumable
        self.max_records = max_records
        self.logs: dict[Partition, list[Record]] = {partition: [] for partition in partitions}
        self.committed: list[dict[Partition, int]] = []
        self.started: list[dict[Partition, int | None]] = []
        self.paused = False
        self.rebuilt = 0
        self.polls = 0
        self.down = ""
        self.cannot_read = ""
        self.incarnations: dict[str, str] = {}
        self.stuck: list[Partition] = []
        self.newest: datetime | None = None
        self._assigned: list[Partition] = list(partitions)
        self._revoked: list[Partition] = []
        self._ours: set[Partition] = set()
        self._next: dict[Partition, int] = {}

    def put(
        self,
        partition: Partition,
        *values: bytes | None,
        kind: str = "prediction",
        headers: tuple[tuple[str, bytes], ...] = (),
    ) -> None:
        log = self.logs.setdefault(partition, [])
        for value in values:
            log.append(Record(partition, len(log), value, kind, headers=headers))

    def take_away(self, partition: Partition) -> None:
        """The group gives this partition to another member."""
        self._revoked.append(partition)

    def give(self, partition: Partition) -> None:
        """The group gives this partition to us."""
        self._assigned.append(partition)

    def poll(self, timeout_s: float) -> Poll:
        self.polls += 1
        if self.down:
            raise UnavailableError(self.down)
        assigned, revoked = self._assigned, self._revoked
        self._assigned, self._revoked = [], []
        for gone in revoked:
            self._next.pop(gone, None)
        self._ours = (self._ours - {*revoked}) | {*assigned}
        records = {}
        if not self.paused:
            for partition, begin in self._next.items():
                if batch := self.logs[partition][begin : begin + self.max_records]:
                    records[partition] = batch
                    self._next[partition] = begin + len(batch)
        return Poll(records, assigned, revoked)

    def latest(self, partition: Partition, now: datetime, future: timedelta) -> datetime:
        return LATEST if self.newest is None else self.newest

    def incarnation(self, topic: str) -> str:
        return self.incarnations.get(topic, "")

    def start(
        self,
        positions: Mapping[Partition, int | None],
        incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        for partition, made in incarnations.items():
            now = self.incarnation(partition.topic)
            if positions[partition] is not None and made and now and made != now:
                raise PositionError(f"{partition.topic}[{partition.partition}]: the topic was recreated")
        for partition, position in positions.items():
            if position is not None and position > len(self.logs[partition]):
                raise PositionError(f"{partition.topic}[{partition.partition}]: {position} is beyond the end")
        self.started.append(dict(positions))
        self._next.update({partition: position or 0 for partition, position in positions.items()})

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def rebuild(self) -> None:
        self.rebuilt += 1
        self._assigned, self._revoked = sorted(self._ours), sorted(self._ours)
        self._next.clear()

    def commit(self, positions: Mapping[Partition, int]) -> None:
        self.committed.append(dict(positions))

    def unread(self) -> str:
        return self.cannot_read

    def lag(self) -> Mapping[Partition, int]:
        return {partition: len(self.logs[partition]) - at for partition, at in self._next.items()}

    def stalled(self, now: float, after_s: float) -> Sequence[Partition]:
        return list(self.stuck)

    def drained(self) -> bool:
        return not any(self.lag().values())

    def close(self) -> None:
        self._next.clear()
