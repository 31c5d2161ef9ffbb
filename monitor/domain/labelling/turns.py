"""Outcomes in the order in which they are bet on, where predictions of a certain age are."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.domain.events.types import Outcome


class Turn(NamedTuple):
    """An outcome, and when it is bet on at the earliest."""

    at: datetime
    outcome: Outcome

    @property
    def place(self) -> tuple[datetime, int]:
        """Its place among all that are bet on by age."""
        return self.at, self.outcome.seq


def turns(outcomes: Iterable[Outcome], age: timedelta | None) -> list[Turn]:
    """Outcomes (in their order) by their turn: as they became known, or, with an age, as they became old enough.

    `at = max(ts + age, labeled_at)`; of two at once the first known is first. A late label comes behind all that was
    bet on before it, so what is bet on once keeps its place. Source: section 5; the order is the product's own.

    >>> turns([], timedelta(days=2))
    []
    """
    if age is None:
        return [Turn(max(outcome.ts, outcome.labeled_at), outcome) for outcome in outcomes]
    old_enough = (Turn(max(outcome.ts + age, outcome.labeled_at), outcome) for outcome in outcomes)
    return sorted(old_enough, key=lambda turn: turn.place)


def ready(in_turn: Sequence[Turn], now: datetime) -> int:
    """How many of those that are bet on by age may be by now."""
    return bisect_right(in_turn, now, key=lambda turn: turn.at)


def behind_page(in_turn: Sequence[Turn], page: int, upto: int, at: datetime, age: timedelta | None) -> int:
    """The first turn that says whether recall came back, behind a page of outcome `page` that was kept.

    That is behind outcome `upto`, or, with an age, behind the page's own turn and all that were old enough as of `at`:
    a hit from before the fall, which is only now old enough, is no recovery. Raises StopIteration without the page.
    """
    if age is None:
        return bisect_right(in_turn, upto, key=lambda turn: turn.outcome.seq)
    own = next(index for index, turn in enumerate(in_turn) if turn.outcome.seq == page)
    return max(own + 1, ready(in_turn, at))
