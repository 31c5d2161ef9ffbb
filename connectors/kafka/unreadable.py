"""Partitions whose log can't be read: set aside for a while, so that the others are read on."""

import time
from collections.abc import Collection, Iterator

from connectors.kafka.client import Untyped, kafka
from connectors.kafka.errors import explain_error

AGAIN_S = 60.0  # after which a partition is tried again

_OF_ONE_PARTITION = (
    kafka.errors.CorruptRecordError,
    kafka.errors.UnsupportedCodecError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
)


class Unreadables:
    """Watches kafka-python take fetched records apart, and pauses a partition where that fails."""

    def __init__(self, consumer: Untyped) -> None:
        self._consumer = consumer
        self._until: dict[Untyped, tuple[float, Exception]] = {}
        fetcher = consumer._fetcher
        take = fetcher._append

        def taking(drained: Untyped, part: Untyped, *more: Untyped) -> int:
            try:
                taken: int = take(drained, part, *more)
            except _OF_ONE_PARTITION as error:
                self._set_aside(part, error)
                fetcher._next_partition_records = None
                return 0
            return taken

        fetcher._append = taking

    def __contains__(self, tp: object) -> bool:
        return tp in self.now()

    def now(self) -> Collection[Untyped]:
        """Those that are set aside now."""
        at = time.monotonic()
        self._until = {tp: aside for tp, aside in self._until.items() if aside[0] > at}
        return self._until.keys()

    def reasons(self, bootstrap: str) -> Iterator[str]:
        """Why each can't be read."""
        for tp, (_, error) in self._until.items():
            yield f"{tp.topic}[{tp.partition}]: {explain_error(error, bootstrap)}"

    def _set_aside(self, part: Untyped, error: Exception) -> None:
        tp = part.topic_partition
        part.drain()
        self._consumer.pause(tp)
        self._until[tp] = (time.monotonic() + AGAIN_S, error)
