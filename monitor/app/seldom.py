"""Work that is done once a day or so, by when it was last done: however often an agent starts, and however many do."""

from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.sql.last_runs import LastRuns

LOOK_EVERY = timedelta(minutes=5)  # and so long after a start at the earliest: ingest and judging come first


class Seldom:
    """Something to do every so often. What failed is tried again at the next look."""

    def __init__(
        self,
        name: str,
        run: Callable[[], object],
        every: timedelta,
        last_runs: LastRuns,
        now: Callable[[], datetime],
    ) -> None:
        self.name = name
        self._run = run
        self._every = every
        self._last_runs = last_runs
        self._now = now

    @property
    def look_every(self) -> timedelta:
        """How often `when_due` is to be called: a late look must not put the work off by a whole round."""
        return min(LOOK_EVERY, self._every / 4)

    def when_due(self) -> None:
        """Do it where it is due: it was never done, or as long ago, or in the future of a clock that was set back."""
        began, last = self._now(), self._last_runs.of(self.name)
        if last is None or abs(began - last) >= self._every:
            self._run()
            self._last_runs.note(self.name, began)
