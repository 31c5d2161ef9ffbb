"""Offline numbers of what is no intent: nothing is promised of it."""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from msgspec.structs import replace

from monitor.domain.anchors.promise import Example, Promise
from monitor.domain.events.names import NO_ANSWER

Promises = Mapping[tuple[str, str], Promise]


class NotIntents(NamedTuple):
    """Names that are no intents: those under which a model gives `no_answer`, and those of tickets `out_of_scope`."""

    no_answer: Set[str] = frozenset()
    out_of_scope: Set[str] = frozenset()

    @property
    def names(self) -> Set[str]:
        """All of them."""
        return self.no_answer | self.out_of_scope

    def __bool__(self) -> bool:
        return bool(self.no_answer or self.out_of_scope)


def promises_of_intents(promises: Promises, others: NotIntents) -> dict[tuple[str, str], Promise]:
    """The promises of intents alone; misses to a name of no answer are misses to no answer."""
    return {
        (intent, slice_): replace(promise, misses_to=_misses_to(promise.misses_to, others.no_answer))
        for (intent, slice_), promise in promises.items()
        if intent not in others.names
    }


def examples_of_intents(examples: Iterable[Example], others: NotIntents) -> list[Example]:
    """The examples of intents alone, each without a `y_pred` where the model had no answer."""
    return [
        replace(each, y_pred=NO_ANSWER) if each.y_pred in others.no_answer else each
        for each in examples
        if each.y_true not in others.names
    ]


def _misses_to(misses_to: Mapping[str, int], no_answer: Set[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, misses in misses_to.items():
        counted_as = NO_ANSWER if name in no_answer else name
        counts[counted_as] = counts.get(counted_as, 0) + misses
    return dict(sorted(counts.items()))
