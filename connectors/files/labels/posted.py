"""Records that somebody sent us, as a source: each post goes on where the one before it ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from msgspec.structs import replace
from typing_extensions import override

from connectors.files.labels.source import RecordsAtHand
from monitor.domain.events.types import Partition


class PostedRecords(RecordsAtHand):
    """An `EventSource` over the records of one post.

    All posts to one address are one log, so a rejected record has a place of its own, and what retention has dropped of
    an earlier post says nothing of this one. Whoever posts beside it waits until its transaction ends.

    Args:
        address: where they were posted; it is the topic, and the partition is 0.
        values: the bytes of each record.
        latest: the latest time that one of them may carry.
    """

    cluster_id = "posted"
    resumable = True

    def __init__(self, address: str, values: Sequence[bytes], latest: datetime) -> None:
        super().__init__(address, list(enumerate(values)), latest, max_poll_records=max(len(values), 1))
        self._first = 0

    @override
    def start(
        self,
        positions: Mapping[Partition, int | None],
        _incarnations: Mapping[Partition, str] = MappingProxyType({}),
    ) -> None:
        """Number the records from where the log ends."""
        self._first = positions.get(self._partition) or 0
        self._records = [
            replace(record, offset=self._first + number) for number, record in enumerate(self._records)
        ]
        super().start(positions)

    def index_of(self, offset: int) -> int:
        """Which of the post's records has this place in the log, from 0."""
        return offset - self._first
