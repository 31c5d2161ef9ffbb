"""A partition that has stopped moving while records wait: notice it, and have the source join anew."""

from collections.abc import Sequence

import structlog

from monitor.domain.events.types import Partition
from monitor.ingest.ports import EventSource

log = structlog.get_logger(__name__)

LOOKS = 10  # how often in that time to look


class Watchdog:
    """Rebuilds a source that is stuck, at most once in `after_s`.

    Clients of Kafka have been seen to go silent on a partition after a rebalance, for good.
    """

    def __init__(self, source: EventSource, after_s: float) -> None:
        self._source = source
        self._after_s = after_s
        self._look_at = float("-inf")

    def look(self, now: float) -> Sequence[Partition]:
        """Call it after every step with a steady clock in seconds; the partitions that were stuck.

        Raises:
            UnavailableError: the source can't be reached to join anew; its next poll tries again.
        """
        if now < self._look_at:
            return ()
        self._look_at = now + self._after_s / LOOKS
        stuck = self._source.stalled(now, self._after_s)
        if stuck:
            self._look_at = now + self._after_s
            log.warning(
                "partitions do not move although records wait; joining the group anew",
                partitions=[f"{partition.topic}[{partition.partition}]" for partition in stuck],
                for_s=self._after_s,
            )
            self._source.rebuild()
        return stuck
