"""Tickets that two people read, in; how often they agree, by intent and by annotator, and how often labels slip, out.

Which tickets are read again often depends on whether the first label was a miss: misses are asked for. Within the hits,
and within the misses, those read again are a sample all the same; so both are counted apart, and put together by how
many hits and misses there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.intervals import clopper_pearson

FEWEST = 10  # readings, below which nothing is said


class ReadingPair(NamedTuple):
    """So many `tickets` of which two people said this, one after the other; `predicted` is what the model had said."""

    first: str
    second: str
    predicted: str
    first_by: str | None
    second_by: str | None
    tickets: int = 1


class SameAnswer(msgspec.Struct, frozen=True):
    """Of `read` tickets both readers said the `same` of so many; the share with a 95 % interval (Clopper-Pearson)."""

    read: int
    same: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """How many, as a share; 1 where none was read."""
        return self.same / self.read if self.read else 1.0


class IntentReadings(msgspec.Struct, frozen=True):
    """What second readers say of the tickets that the first called so, hits of the model and misses apart.

    `right` is the part of its labels that a second reader would confirm; `slips` the share of the other intents'
    tickets that are labelled as this one. Hits of which none was read again are taken to be right.
    """

    intent: str
    hits: SameAnswer
    misses: SameAnswer
    right: Estimate
    slips: Estimate


class AnnotatorReadings(msgspec.Struct, frozen=True):
    """How often an annotator and another reader said the same of a ticket."""

    annotator: str
    answers: SameAnswer


class ModelReadings(msgspec.Struct, frozen=True):
    """What second readings of a model's tickets come to: the intents and the annotators of which enough were read."""

    tickets: int
    intents: tuple[IntentReadings, ...] = ()
    annotators: tuple[AnnotatorReadings, ...] = ()


class FirstLabels(NamedTuple):
    """An intent's hits and misses by the first reader."""

    hits: int
    misses: int


def same_answer(read: int, same: int) -> SameAnswer:
    """With its interval; everything is possible where none was read."""
    low, high = clopper_pearson(same, read) if read else (0.0, 1.0)
    return SameAnswer(read, same, low, high)


def model_readings(
    pairs: Sequence[ReadingPair], labels: Mapping[str, FirstLabels], everything: int
) -> ModelReadings:
    """Agreement and slips of a model, `labels` those by the first reader, `everything` all labelled tickets.

    With h hits and m misses of an intent, c_h and c_m of which second readers confirm:

        right = (h c_h + m c_m) / (h + m)        slips = (h (1 - c_h) + m (1 - c_m)) / (everything - (h + m) right)

    The intervals put both lower, and both upper, limits of c_h and c_m in: each end fails in 1 of 20 cases at most.
    They are of the labels there are, not of those to come. Costs: the second reader is taken to be right, so what each
    of two says wrongly counts as the first's: slips are rather too high.

    >>> confirmed = ReadingPair("erasure", "erasure", "bug", "ann", "bob", tickets=8)
    >>> others = ReadingPair("erasure", "bug", "bug", "ann", "bob", tickets=4)
    >>> found = model_readings([confirmed, others], {"erasure": FirstLabels(60, 30)}, 5_000).intents[0]
    >>> round(found.right.value, 2), round(100 * found.slips.value, 2)  # 10 of 90 are others': of 4,920
    (0.89, 0.2)

    Source: Dawid & Skene 1979 is the same with the readers' own rates, which takes three readings a ticket to tell.
    """
    hits, misses = (_by_intent(pairs, hit=hit) for hit in (True, False))
    intents = []
    for intent in sorted({*hits, *misses} & labels.keys()):
        of_hits, of_misses = hits.get(intent, same_answer(0, 0)), misses.get(intent, same_answer(0, 0))
        if of_hits.read + of_misses.read >= FEWEST:
            intents.append(_intent(intent, of_hits, of_misses, labels[intent], everything))
    return ModelReadings(sum(pair.tickets for pair in pairs), tuple(intents), tuple(_annotators(pairs)))


def _intent(
    intent: str, hits: SameAnswer, misses: SameAnswer, labels: FirstLabels, everything: int
) -> IntentReadings:
    total = labels.hits + labels.misses

    def wrong(of_hits: float, of_misses: float) -> float:
        return labels.hits * (1 - of_hits) + labels.misses * (1 - of_misses)

    ends = [
        wrong(hits.share, misses.share),
        wrong(hits.low if hits.read else 1.0, misses.low),
        wrong(hits.high if hits.read else 1.0, misses.high),
    ]
    value, most, least = ends
    right = [1 - each / total if total else 1.0 for each in (value, most, least)]
    slips = [
        each / others if (others := everything - total + each) > 0 else 0.0 for each in (value, least, most)
    ]
    return IntentReadings(intent, hits, misses, Estimate(*right), Estimate(*slips))


def _by_intent(pairs: Iterable[ReadingPair], *, hit: bool) -> dict[str, SameAnswer]:
    read, same = Counter[str](), Counter[str]()
    for pair in pairs:
        if (pair.first == pair.predicted) is hit:
            read[pair.first] += pair.tickets
            same[pair.first] += pair.tickets * (pair.first == pair.second)
    return {intent: same_answer(count, same[intent]) for intent, count in read.items()}


def _annotators(pairs: Iterable[ReadingPair]) -> list[AnnotatorReadings]:
    """Those of whom enough tickets were read by another, too; who agrees least comes first."""
    read, same = Counter[str](), Counter[str]()
    for pair in pairs:
        for who in {pair.first_by, pair.second_by} - {None}:
            if who is not None:
                read[who] += pair.tickets
                same[who] += pair.tickets * (pair.first == pair.second)
    found = [
        AnnotatorReadings(who, same_answer(count, same[who]))
        for who, count in read.items()
        if count >= FEWEST
    ]
    return sorted(found, key=lambda each: (each.answers.share, each.annotator))
