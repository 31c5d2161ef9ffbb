"""How many wrong labels it takes: a rate of slips in, the recall that is read out; a fall in, the slips behind it out.

A slip puts a ticket of another intent under this one. The model had said what the ticket is, so it looks like a miss.
"""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec


class MissSpread(StrEnum):
    """What the misses' predicted intents look like: a broken intent's, wrong labels', or neither for sure."""

    FEW_NEIGHBOURS = "few_neighbours"
    LIKE_TRAFFIC = "like_traffic"
    UNCLEAR = "unclear"


class MissBatches(msgspec.Struct, frozen=True):
    """The batches that the misses keep to, the worst first: so many of their `labels` made `misses`.

    Of the `other_labels` so many did (`other_misses`). That some batches have a rate of misses of their own is
    `likelier` times likelier than that all have the same.
    """

    names: tuple[str, ...]
    labels: int
    misses: int
    other_labels: int
    other_misses: int
    likelier: float


class Slips(NamedTuple):
    """The wrong labels that would explain all of a fall.

    `rate` is the share of the tickets of other intents that would have this one's label; `wrong` how many of the
    misses would have to be such, and `part` the same as a share of them, before it is rounded up.
    """

    rate: float
    wrong: int
    part: float


class Elsewhere(msgspec.Struct, frozen=True):
    """What a model predicted for the labelled tickets that are of none of the `own` intents.

    `predicted` counts them by the predicted intent, since the release; since the onset there were about `labels`.
    """

    own: tuple[str, ...] = ()
    predicted: Mapping[str, int] = {}
    labels: float = 0.0

    @property
    def called(self) -> float:
        """How many of them, as a share, are predicted as the intent that a slip would put them under."""
        theirs = sum(self.predicted.get(intent, 0) for intent in self.own)
        return theirs / len(self.own) / total if (total := sum(self.predicted.values())) else 0.0


def slipped_recall(recall: float, share: float, rate: float, called: float = 0.0) -> float:
    """The recall that labels read where others' tickets get this intent's label at a `rate`.

    `f' = (pi f + (1 - pi) e h) / (pi + (1 - pi) e)`: f the recall, pi the intent's share of the tickets, e the
    rate, h (`called`) the share of the others' tickets that the model predicts as this intent.

    >>> [round(slipped_recall(0.88, 0.01, rate), 2) for rate in (0.0, 0.001, 0.002, 0.005, 0.01)]
    [0.88, 0.8, 0.73, 0.59, 0.44]
    """
    if not (0 < share <= 1 and 0 <= rate <= 1 and 0 <= recall <= 1 and 0 <= called <= 1):
        raise ValueError(f"no such slips: recall {recall}, share {share}, rate {rate}, called {called}")
    if not rate:
        return recall  # to the last bit
    slipped = (1 - share) * rate
    return (share * recall + slipped * called) / (share + slipped)


def slips_behind(hits: int, misses: int, others: float, recall: float, called: float = 0.0) -> Slips | None:
    """The slips that would explain all of a fall; None where there is no fall, or none explain it.

    Of n labels k are slips where `n r = (n - k) f + k h`, so `k = n (f - r) / (f - h)`: r the recall that was read,
    f the one before, h (`called`) as in `slipped_recall`. `e = k / (others + k)` with so many labels of other
    intents. Of the slips `1 - h` are misses; of these so many, rounded up, must be wrong.

    >>> slips_behind(hits=5, misses=15, others=1985.68, recall=0.88).wrong  # k = 20 x .63 / .88 = 14.32, all misses
    15
    """
    labels = hits + misses
    if not labels or others <= 0:
        return None
    read = hits / labels
    if not called < read < recall:
        return None
    slipped = labels * (recall - read) / (recall - called)
    wrong = slipped * (1 - called)
    return Slips(
        slipped / (others + slipped), min(math.ceil(round(wrong, 9)), misses), min(wrong / misses, 1.0)
    )
