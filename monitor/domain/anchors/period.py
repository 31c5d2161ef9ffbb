"""A period of production in, what a model showed in it out: the offline numbers of a version that never had any."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design


class PeriodCount(NamedTuple):
    """So many labelled tickets of an intent that were predicted as something, and how they were drawn for labelling."""

    intent: str
    predicted: str
    design: Design
    probability: float | None
    tickets: int


class Period(NamedTuple):
    """What a period showed, by whole intent, of the tickets that were drawn uniformly.

    `left_out` are the tickets that were not, by their design. `chances` are those with which the others were drawn:
    where there are several, days of many labels would count for more than others, and no number is to be believed.
    """

    promises: Mapping[tuple[str, str], Promise]
    left_out: Mapping[Design, int]
    chances: tuple[float | None, ...]


def period(counts: Iterable[PeriodCount]) -> Period:
    """Recall and support by intent. A ticket that was drawn by its prediction or its score, or nobody knows how, says
    nothing of a promise: an anchor's examples count alike, and such tickets do not. Tickets of no intent are none.
    """
    hits: Counter[str] = Counter()
    misses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    left_out: Counter[Design] = Counter()
    chances: set[float | None] = set()
    for count in counts:
        if count.intent == NO_INTENT:
            continue
        if count.design is not Design.UNIFORM:
            left_out[count.design] += count.tickets
            continue
        chances.add(count.probability)
        if count.predicted == count.intent:
            hits[count.intent] += count.tickets
        else:
            misses[count.intent][count.predicted] += count.tickets
    promises = {}
    for intent in sorted(hits.keys() | misses.keys()):
        support = hits[intent] + misses[intent].total()
        measured = Measured(hits[intent] / support, support)
        promises[intent, ""] = Promise(measured, misses_to=dict(sorted(misses[intent].items())))
    in_order = tuple(sorted(chances, key=lambda chance: -1.0 if chance is None else chance))
    return Period(promises, dict(left_out), in_order)
