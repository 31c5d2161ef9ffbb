"""What the configuration says of the join, as an engine needs it."""

from collections.abc import Set
from typing import NamedTuple

from monitor.domain.events.holding import may_hold
from monitor.domain.events.types import ONLY_OF_MISSES, Kind

PEOPLE = (Kind.HUMAN.value, Kind.ADJUDICATED.value)
"""The kinds of label that a person gave who read the ticket: they follow draws, and may be a second reading."""
OF_MISSES = tuple(sorted(kind.value for kind in ONLY_OF_MISSES))


class JoinRules(NamedTuple):
    """The kinds of label that may hold, and the names that stand for no intent at all."""

    accept: tuple[str, ...]
    out_of_scope: tuple[str, ...] = ()

    @classmethod
    def of(cls, accept: Set[Kind], out_of_scope: Set[str]) -> "JoinRules":
        """As ingest takes them: no kind that exists only for a miss ever holds."""
        return cls(tuple(sorted(kind.value for kind in may_hold(accept))), tuple(sorted(out_of_scope)))
