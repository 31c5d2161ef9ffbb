"""Offline numbers of names that are no intents: nothing is promised of them, and a miss to one is no answer."""

from collections.abc import Iterable, Mapping, Set

from msgspec.structs import replace

from monitor.domain.anchors.promise import Example, Promise
from monitor.domain.events.names import NO_ANSWER

OfIntents = Mapping[tuple[str, str], Promise]


def promises_of_intents(promises: OfIntents, others: Set[str]) -> dict[tuple[str, str], Promise]:
    """The promises without those of `others`; misses to these are misses to no answer."""
    return {
        (intent, slice_): replace(promise, misses_to=_misses_to(promise.misses_to, others))
        for (intent, slice_), promise in promises.items()
        if intent not in others
    }


def examples_of_intents(examples: Iterable[Example], others: Set[str]) -> list[Example]:
    """The examples without those of `others`, none of which is a `y_pred` either: there the model had no answer."""
    return [
        replace(each, y_pred=NO_ANSWER) if each.y_pred in others else each
        for each in examples
        if each.y_true not in others
    ]


def _misses_to(misses_to: Mapping[str, int], no_answer: Set[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, misses in misses_to.items():
        counted_as = NO_ANSWER if name in no_answer else name
        counts[counted_as] = counts.get(counted_as, 0) + misses
    return dict(sorted(counts.items()))
