"""Which partitions came and went: kafka-python's callbacks in, a queue for the polling thread out."""

from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

from connectors.kafka.client import Untyped, kafka
from monitor.domain.events.types import Partition


class RebalanceListener(kafka.ConsumerRebalanceListener):  # type: ignore[misc]
    """Runs in kafka-python's own thread, where waiting or failing would stop the heartbeat.

    So it only holds new partitions still and queues what happened. The position given here is a
    placeholder that keeps kafka-python from asking for the committed one; a paused partition reads nothing.
    """

    def __init__(self, consumer: Untyped) -> None:
        self._consumer = consumer
        self._queue: deque[tuple[bool, tuple[Any, ...]]] = deque()
        self.joining = True

    @property
    def waiting(self) -> bool:
        """Whether something has changed that was not taken yet."""
        return bool(self._queue)

    def settle(self, owned: Mapping[Any, Partition]) -> tuple[dict[Any, Partition], dict[Any, Partition]]:
        """Empty the queue: what came on balance, and which of the owned went, even if they came back."""
        came: dict[Any, Partition] = {}
        went: dict[Any, Partition] = {}
        while self._queue:
            arriving, tps = self._queue.popleft()
            for tp in tps:
                if arriving:
                    came[tp] = Partition(tp.topic, tp.partition)
                elif came.pop(tp, None) is None and tp in owned:
                    went[tp] = owned[tp]
        return came, went

    def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        """Hold them still until the polling thread starts them."""
        for tp in assigned:
            self._consumer.pause(tp)
            self._consumer.seek(tp, 0)
        self._queue.append((True, tuple(sorted(assigned))))
        self.joining = False

    def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        """Tell the polling thread."""
        self.joining = True
        self._queue.append((False, tuple(sorted(revoked))))

    def on_partitions_lost(self, lost: Collection[Any]) -> None:
        """The same for us: the database, not the group, decides who may write."""
        self.joining = True
        self._queue.append((False, tuple(sorted(lost))))
