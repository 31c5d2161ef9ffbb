"""Whether the agent does its work: each loop reports its rounds, and what is missing is named."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

STUCK_AFTER = timedelta(seconds=120)


class Loop(msgspec.Struct):
    """One loop of the agent: how often it goes round, when it last did so whole, and what is wrong now.

    `whole`, `failed` and `missed` count its rounds; one is missed when the round before it had not ended.
    """

    every: timedelta
    begun: datetime
    last: datetime | None = None
    complete: datetime | None = None
    trouble: str = ""
    whole: int = 0
    failed: int = 0
    missed: int = 0


class Health:
    """What the loops of this process last said.

    A loop that goes round and says that a service is out of reach is alive, but not ready. One that has not
    gone round for ten times its period (two minutes at least) is stuck: only a restart helps.
    """

    def __init__(self, loops: Mapping[str, timedelta], now: datetime) -> None:
        self.loops = {name: Loop(every, now) for name, every in loops.items()}
        self.lag: dict[tuple[str, int], int] = {}

    def round(self, name: str, now: datetime, trouble: str = "") -> None:
        """A loop went round; `trouble` is why it could not do all of its work."""
        if loop := self.loops.get(name):
            loop.last = now
            loop.trouble = trouble
            if trouble:
                loop.failed += 1
            else:
                loop.whole += 1
                loop.complete = now

    def missed(self, name: str) -> None:
        """A loop could not begin a round: the one before it still runs."""
        if loop := self.loops.get(name):
            loop.missed += 1

    def stuck(self, now: datetime) -> list[str]:
        """The loops that no longer go round; none where the process is alive."""
        return [
            f"{name} has not gone round for {(now - (loop.last or loop.begun)).total_seconds():.0f} s"
            for name, loop in self.loops.items()
            if now - (loop.last or loop.begun) > max(10 * loop.every, STUCK_AFTER)
        ]

    def not_ready(self, now: datetime) -> list[str]:
        """Why the agent does not do its work just now; nothing where it does."""
        stuck = self.stuck(now)
        waiting = [
            f"{name} has not completed a round yet" for name, loop in self.loops.items() if not loop.last
        ]
        trouble = [f"{name}: {loop.trouble}" for name, loop in self.loops.items() if loop.trouble]
        return [*stuck, *waiting, *trouble]
