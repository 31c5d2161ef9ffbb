"""The next batch: polled and decoded in a thread of its own while the one before it is being saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from threading import Event
from typing import NamedTuple

from monitor.domain.events.types import Partition, Record
from monitor.ingest.decoded import Decoded
from monitor.ingest.decoding import Decoding
from monitor.ingest.ports import EventSource, Poll

SLICE_S = 0.02  # how long saving may have to wait for a poll that brings nothing
PAUSE_S = 0.005  # before the next, as a source that has nothing may say so at once
WORTH = 250  # records whose saving takes long enough for a thread to be worth it


class BatchAhead(NamedTuple):
    """Records by partition, when they came, and what was decoded of them; None: that failed, and is tried again."""

    records: dict[Partition, Sequence[Record]]
    received_at: datetime
    decoded: dict[Partition, list[Decoded]] | None


class ReadAhead:
    """Holds at most one batch. Its thread ends with the save that it ran beside, so nobody else polls meanwhile.

    Beside the saving of fewer than `worth` records nothing is read.
    """

    def __init__(
        self, source: EventSource, decoding: Decoding, clock: Callable[[], datetime], worth: int = WORTH
    ) -> None:
        self._source = source
        self._decoding = decoding
        self._clock = clock
        self._worth = worth
        self._batch: BatchAhead | None = None
        self._changes = Poll()
        self._failure: BaseException | None = None

    @property
    def records(self) -> Mapping[Partition, Sequence[Record]]:
        """What is held."""
        return {} if self._batch is None else self._batch.records

    @property
    def failed(self) -> bool:
        """Whether polling raised something that `fail` has yet to raise."""
        return self._failure is not None

    @contextmanager
    def beside(self, saving: int) -> Iterator[None]:
        """Read while the body saves so many records. How reading fails is kept for `fail`."""
        if saving < self._worth or self._batch is not None or any(self._changes) or self.failed:
            yield
            return
        over = Event()
        with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as thread:
            polling = thread.submit(self._poll, over)
            decoding = thread.submit(lambda: self._decoding.decode(_filled(polling.result()[0])))
            try:
                yield
            finally:
                over.set()
                thread.shutdown()
                self._keep(polling, decoding)

    def _poll(self, over: Event) -> tuple[Poll, datetime]:
        while not over.is_set():
            poll = self._source.poll(SLICE_S)
            if any(poll):
                return poll, self._clock()
            over.wait(PAUSE_S)
        return Poll(), self._clock()

    def _keep(
        self,
        polling: "Future[tuple[Poll, datetime]]",
        decoding: "Future[dict[Partition, list[Decoded]]]",
    ) -> None:
        self._failure = polling.exception()
        if self._failure is None:
            poll, received_at = polling.result()
            self._changes = Poll({}, poll.assigned, poll.revoked)
            if records := _filled(poll):
                decoded = decoding.result() if decoding.exception() is None else None
                self._batch = BatchAhead(records, received_at, decoded)

    def fail(self) -> None:
        """Raise what polling raised, once.

        Raises:
            PositionError, UnavailableError: as `EventSource.poll`.
        """
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def changes(self) -> Poll:
        """Which partitions came and went meanwhile, told once."""
        changes, self._changes = self._changes, Poll()
        return changes

    def take(self) -> BatchAhead | None:
        """The batch, which is no longer held."""
        batch, self._batch = self._batch, None
        return batch

    def drop(self, partition: Partition) -> None:
        """Forget what was read of a partition."""
        if self._batch is not None:
            self._batch.records.pop(partition, None)
            (self._batch.decoded or {}).pop(partition, None)
            self._batch = self._batch if self._batch.records else None

    def clear(self) -> None:
        """Forget all of it."""
        self._batch = None


def _filled(poll: Poll) -> dict[Partition, Sequence[Record]]:
    return {partition: records for partition, records in poll.records.items() if records}
