"""Each annotator's hits and misses of an intent, in; whose misses are more than chance, out."""

from collections.abc import Sequence
from typing import NamedTuple

LEVEL = 0.01  # of all annotators of an intent together


class AnnotatorLabels(NamedTuple):
    """What one annotator's labels of an intent are: hits and misses of the model."""

    annotator: str
    hits: int
    misses: int


class MissesOfOne(NamedTuple):
    """An annotator with so many `misses` of an intent among its `labels`, and how likely so many are by chance."""

    annotator: str
    misses: int
    labels: int
    chance: float


def concentrated(counts: Sequence[AnnotatorLabels]) -> list[MissesOfOne]:
    """Annotators whose labels of an intent are misses more often than the others', the least likely first.

    `p = P(K >= k)`, K hypergeometric: of all N labels, M of them misses, n are this annotator's. Named where p times
    the number of annotators is below .01. Costs: an annotator who is given the hard tickets looks like it, too; one of
    two who slips is not told from one who is too kind to the model.

    >>> [each.annotator for each in concentrated([AnnotatorLabels("ann", 40, 2), AnnotatorLabels("bob", 5, 9)])]
    ['bob']

    Source: Fisher's exact test; Bonferroni.
    """
    from scipy.stats import hypergeom

    everything = sum(each.hits + each.misses for each in counts)
    misses = sum(each.misses for each in counts)
    found = []
    for each in counts if len(counts) > 1 else ():
        labels = each.hits + each.misses
        chance = float(hypergeom.sf(each.misses - 1, everything, misses, labels)) * len(counts)
        if chance < LEVEL:
            found.append(MissesOfOne(each.annotator, each.misses, labels, chance))
    return sorted(found, key=lambda each: (each.chance, each.annotator))
