"""What people see of the ways to reach them: what each sink did, and what waits for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class SinkRecord(NamedTuple):
    """What a sink did so far: notifications that wait, that it took, that it refused for good.

    The oldest that waits was written at `oldest_waiting`; `next_try` is when one is to be sent, before now where it is
    due. The last that was not taken failed at `last_failed`, with `last_error`.
    """

    name: str
    waiting: int
    sent: int
    failed: int
    oldest_waiting: datetime | None
    last_sent: datetime | None
    last_failed: datetime | None
    next_try: datetime | None
    last_error: str


class SinkRecords(Protocol):
    """What the database says of sinks. Reads only."""

    def of(self, names: Sequence[str]) -> Sequence[SinkRecord]:
        """What each of these sinks did so far, and the last trouble with what still waits or was refused."""
        ...
