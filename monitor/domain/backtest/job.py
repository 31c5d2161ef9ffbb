"""A backtest that somebody began in the watch room, and how far it has come."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from monitor.domain.backtest.pages import Backtest
from monitor.domain.judging.what_if import WhatIf


class JobState(StrEnum):
    """What became of it."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BacktestJob(NamedTuple):
    """A backtest with the drop and the false pages that were `asked`, begun by somebody.

    `replayed` of `outcomes` (None: not counted yet) are behind it. `problem` says why it failed, or who cancelled it.
    """

    name: str
    asked: WhatIf
    by: str
    begun: datetime
    state: JobState = JobState.RUNNING
    replayed: int = 0
    outcomes: int | None = None
    result: Backtest | None = None
    problem: str = ""

    @property
    def tenths(self) -> int:
        """How many tenths of it are done.

        >>> BacktestJob("a", WhatIf(), "ana", datetime(2026, 11, 1), replayed=29, outcomes=100).tenths
        2
        """
        return 10 * self.replayed // self.outcomes if self.outcomes else 0
