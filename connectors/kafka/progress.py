"""How far the started partitions are read: what is still to come, whether that was all, and which stand still."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from connectors.kafka.client import Untyped
from connectors.kafka.consumer import GroupConsumer

ENDS_FRESH_S = 1.0


class Progress:
    """The partitions that were started, by kafka-python's names, beside where their logs end."""

    def __init__(self) -> None:
        self._started: dict[Untyped, int] = {}  # the end of the log when each was started
        self._unsure: set[Untyped] = set()  # those whose end no fetch has confirmed yet
        self._moved: dict[Untyped, tuple[int, float]] = {}
        self._ends: dict[Untyped, int] = {}
        self._ends_until = 0.0

    @property
    def started(self) -> Collection[Untyped]:
        """The partitions that are being read."""
        return self._started.keys()

    def start(self, tp: Untyped, begin: int, end: int) -> None:
        """It is read from now on; its log has these bounds."""
        self._started[tp] = self._ends[tp] = end
        if end > begin:
            self._unsure.add(tp)
        self._moved.pop(tp, None)

    def stop(self, tps: Iterable[Untyped]) -> None:
        """They are no longer ours."""
        for tp in list(tps):
            self._started.pop(tp, None)
            self._unsure.discard(tp)

    def forget_ends(self) -> None:
        """Ask a new connection for the ends."""
        self._ends_until = 0.0

    def lag(self, consumer: GroupConsumer) -> Mapping[Untyped, int]:
        """Records still to come; the end of the log is at most a second old.

        Never fails: while the broker is away the last known end counts.
        """
        if time.monotonic() >= self._ends_until and self._started:
            ends = consumer.ends(self._started)
            self._ends.update(ends or {})
            self._ends_until = time.monotonic() + (10 if ends is None else 1) * ENDS_FRESH_S
        ends_now = {tp: max(self._ends[tp], consumer.highwater(tp) or 0) for tp in self._started}
        return {tp: max(0, end - consumer.position(tp)) for tp, end in ends_now.items()}

    def drained(self, consumer: GroupConsumer, owned: Iterable[Untyped]) -> bool:
        """Whether everything that lay there when each of the owned was started has been delivered."""
        for tp in list(self._unsure):
            if (end := consumer.highwater(tp)) is not None:
                self._started[tp] = max(self._started[tp], end)
                self._unsure.discard(tp)
        return not self._unsure and all(
            tp in self._started and consumer.position(tp) >= self._started[tp] for tp in owned
        )

    def stalled(
        self, consumer: GroupConsumer, now: float, after_s: float, *, paused: bool
    ) -> Sequence[Untyped]:
        """Those with records waiting whose position has not moved for so long; while paused, none."""
        stuck = []
        for tp, behind in self.lag(consumer).items():
            position = consumer.position(tp)
            seen, since = self._moved.get(tp, (-1, now))
            if paused or tp in consumer.unreadable or behind == 0 or seen != position:
                self._moved[tp] = (position, now)
            elif now - since >= after_s:
                stuck.append(tp)
        return stuck
