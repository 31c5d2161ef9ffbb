"""Labels of several designs come in, in their order; how much of a stake each of them moves goes out.

Every design draws a sample of the same tickets, so each is bet on by its own scale: a single label by score beside a
hundred uniform ones slows none of them down.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from monitor.domain.events.types import Design
from monitor.domain.recall.chances import sample_of, w_max, weight
from monitor.domain.recall.intervals import FloatArray

ALIKE = 1.1  # uniform chances within a tenth of each other are one chance
ROOM = 2.0  # a hit may weigh so many times the heaviest so far: chances change a little from plan to plan
MOST_STAKES = 3.0
STRAYS = 50  # one label in so many may state a chance that cannot be: more are no slips
_EVEN = (Design.UNKNOWN, Design.UNIFORM)


class Sampled(msgspec.Struct, frozen=True, array_like=True):
    """The labels of one design so far: hits and misses, those of clipped weight, and the range of their weights.

    `largest_hit` is the weight of the heaviest hit; 0 without hits, and in what an earlier version stored.
    """

    hits: int = 0
    misses: int = 0
    clipped: int = 0
    smallest: float = 0.0
    largest: float = 0.0
    largest_hit: float = 0.0

    @property
    def n(self) -> int:
        """How many."""
        return self.hits + self.misses

    @property
    def alike(self) -> bool:
        """Whether all of them count alike, to a tenth."""
        return self.largest <= ALIKE * self.smallest

    def with_label(self, hit: bool, value: float, clipped: bool) -> "Sampled":
        """With one more."""
        return Sampled(
            self.hits + hit,
            self.misses + (not hit),
            self.clipped + clipped,
            min(self.smallest or value, value),
            max(self.largest, value),
            max(self.largest_hit, value) if hit else self.largest_hit,
        )


Samples = dict[Design, Sampled]
_NONE = Sampled()


class BetWeights(NamedTuple):
    """What part of a stake each outcome moves: in the bet on a fall, and, at most 1, in the one that recall is back."""

    bold: FloatArray
    calm: FloatArray
    samples: Samples


def refused(design: Design, seen: Sampled) -> bool:
    """Whether too many weights of a design are clipped to bet on its labels: two, and more than one in fifty.

    Clipped weights are not 1/pi: hits that stand for more than they count make recall look fallen. Uniform labels of
    one `pi` are never refused: their weights are equal, whatever they are. Costs: the labels of that design.

    >>> refused(Design.BY_SCORE, Sampled(99, 1, clipped=3, largest=100)), refused(Design.UNKNOWN, Sampled(9, 1))
    (True, False)

    Source: the product's own rule; one in fifty may be a slip.
    """
    if design is Design.UNIFORM and seen.alike:
        return False
    return seen.clipped > max(1, seen.n // STRAYS)


def scale(
    design: Design,
    seen: Sampled,
    value: float,
    possible: float,
    *,
    one_class: bool = True,
    uneven: bool = False,
) -> float:
    """What a label of weight `value` is divided by, known before whether it is a hit: `u = w/scale` in (0, 1].

    Without a `pi`: 1. Uniform, of one `pi`: the largest weight so far, with this one's, so u = 1. By predicted class,
    once a hit was seen: the same, as all hits of an intent (`one_class`) have the weight of its own class. Else, also
    where labels that call themselves uniform are `uneven`, `possible`, the largest weight there can be.
    Costs: by score, w_max stays: a min_probability too small makes light labels' bets small.

    >>> scale(Design.BY_PREDICTION, Sampled(hits=3, smallest=2.5, largest=2.5), 50.0, 100.0)
    50.0
    >>> scale(Design.BY_SCORE, Sampled(hits=3, smallest=2.5, largest=2.5), 10.0, 100.0)
    100.0

    Source: `bet_weights`.
    """
    if design is Design.UNKNOWN:
        return 1.0
    seen_so_far = max(seen.largest, value)
    if design is Design.UNIFORM and not uneven:
        return seen_so_far
    if design is Design.BY_PREDICTION and one_class and seen.hits:
        return seen_so_far
    return max(possible, seen_so_far)


def grew_uneven(uneven: bool, samples: Samples) -> bool:
    """Whether uniform labels turn out to be uneven that a bet took, so far, for labels of one `pi`."""
    return uneven and samples.get(Design.UNIFORM, _NONE).alike


def divided(samples: Samples) -> bool:
    """Whether the designs share the tickets among them instead of each sampling all of them.

    The one with most labels has only hits and another only misses, or the other way round: "uniform" for what was
    predicted as the intent and by_prediction for the rest. Then 1/pi is the only common measure.
    Costs: before a sample's first miss one label of another design can make this so, and bets are small.

    >>> divided({Design.UNIFORM: Sampled(hits=9), Design.BY_PREDICTION: Sampled(misses=1)})
    True

    Source: the product's own rule.
    """
    even = [samples[design] for design in _EVEN if design in samples]
    parts = [
        Sampled(sum(part.hits for part in even), sum(part.misses for part in even)),
        *(part for design, part in samples.items() if design not in _EVEN),
    ]
    bulk = max(parts, key=lambda part: part.n)
    if not bulk.n or (bulk.hits and bulk.misses):
        return False
    return any(part.n and not (part.misses if bulk.misses else part.hits) for part in parts)


def bold_scale(
    design: Design, seen: Sampled, value: float, possible: float, calm: float, *, uneven: bool = False
) -> float:
    """What a label is divided by in the bet on a fall, where only hits can take from it: `u = w/c`.

    By predicted class or by score, or uniform and `uneven`, once a hit was seen: twice the heaviest hit so far, at most
    w_max; and a third of the heaviest label, so that no single one moves more than three stakes. Else `calm`, as in
    `scale`.
    Costs: by score a page takes half as many labels as with `scale`, by class two thirds to all of them; a single
    miss that is labelled wrongly moves more.

    >>> bold_scale(Design.BY_SCORE, Sampled(3, 1, 0, 2.5, 12.0, largest_hit=2.5), 10.0, 100.0, 100.0)
    5.0

    Source: `bet_weights`.
    """
    varied = design in (Design.BY_PREDICTION, Design.BY_SCORE) or (design is Design.UNIFORM and uneven)
    if not varied or not seen.largest_hit:
        return calm
    return max(min(ROOM * seen.largest_hit, possible), max(seen.largest, value) / MOST_STAKES)


class LabelShare(NamedTuple):
    """What part of a stake a label moves: in the bet on a fall, and in the one that recall is back."""

    bold: float
    calm: float


def share(
    design: Design,
    seen: Sampled,
    value: float,
    possible: float,
    *,
    common: bool,
    one_class: bool = True,
    uneven: bool = False,
) -> LabelShare:
    """The part of a stake that a label of weight `value` moves, behind those `seen` of its design.

    `common`: the designs are `divided`, so w_max is what all are divided by.

    >>> share(Design.BY_SCORE, Sampled(3, 1, 0, 2.5, 12.0, largest_hit=2.5), 10.0, 100.0, common=False)
    LabelShare(bold=2.0, calm=0.1)

    Source: `bet_weights`.
    """
    if refused(design, seen):
        return LabelShare(0.0, 0.0)
    if common:
        return LabelShare(value / possible, value / possible)
    calm = scale(design, seen, value, possible, one_class=one_class, uneven=uneven)
    bold = bold_scale(design, seen, value, possible, calm, uneven=uneven) if one_class else calm
    return LabelShare(value / bold, value / calm)


def bet_weights(
    samples: Samples,
    chosen: Iterable[tuple[Design, float | None]],
    hits: Sequence[bool],
    min_probability: float,
    *,
    one_class: bool = True,
    uneven: bool = False,
) -> BetWeights:
    """The stakes' scale u of outcomes in their order, and what is known of the designs after them.

    `u = w/c`, c by the label's own design (`scale`); by w_max where designs are `divided`, or uniform labels `uneven`
    anywhere in the cell; 0 where a design's weights are clipped too often (`refused`).

    Why the bet stays fair: let F be all that was seen before an outcome. The promise says `E[w (x - f) | F, d] >= 0`
    for the sample of each design d, as each samples all tickets; c is known in F but for the outcome's own weight.
    With c = c(F), `L = 1 - lam (w/c) (x - f)` has `E[L | F, d] <= 1`, and it is positive where a hit has `w <= c`, as
    `lam (1 - f) < 1`; a miss only adds to it, whatever it weighs. A miss heavier than all before may be divided by
    more than c(F): L is then less, so E[L] only falls. A hit is never heavier than c(F): without a `pi` and of one
    uniform `pi` all weights are equal; by predicted class the hits of an intent have one weight, by score of our own
    draws nearly so, as do uneven uniform ones, and c is twice the heaviest so far (`bold_scale`), before the first
    w_max. So M less the money put in is a supermartingale, and false pages are at most that money. Where the `pi` of a
    sample changes with time, what is drawn after the change is a sample too, and c may change with it. Not promised
    are draws of others, by score or uneven, some of whose hits weigh more than twice all before: a bettor whom such a
    hit would cost more than all keeps next to nothing (`betting.factors`).
    For the bet that recall is back, in which misses take, `calm` is at most 1 (`scale`).
    Costs: 3 us a label.

    >>> uniform, by_score = (Design.UNIFORM, 0.1), (Design.BY_SCORE, 0.05)
    >>> bet_weights({}, [uniform, uniform, by_score, uniform], [True, False, False, True], 0.01).bold.tolist()
    [1.0, 1.0, 0.2, 1.0]

    Source: Waudby-Smith & Ramdas 2024 (bets of predictable size); section 4 for 1/pi.
    """
    possible = w_max(min_probability)
    known, calm, bold = dict(samples), np.empty(len(hits)), np.empty(len(hits))
    for at, ((design, probability), hit) in enumerate(zip(chosen, hits, strict=True)):
        sample = sample_of(design, probability)
        value, clipped = weight(design, probability, min_probability)
        before = known.get(sample, _NONE)
        common = len(known) > 1 and divided(known)
        bold[at], calm[at] = share(
            sample, before, value, possible, common=common, one_class=one_class, uneven=uneven
        )
        known[sample] = before.with_label(hit, value, clipped)
    return BetWeights(bold, calm, known)


def bet_weights_after(
    samples: Samples,
    chosen: Iterable[tuple[Design, float | None]],
    min_probability: float,
    *,
    one_class: bool = True,
) -> FloatArray:
    """The bold ones by what is known of the designs by now, in whatever order: what a label would move today.

    Costs: a label from before the heaviest so far moved more than this says. Source: `bet_weights`.

    >>> bet_weights_after({Design.UNIFORM: Sampled(1, 1, 0, 10, 20)}, [(Design.UNIFORM, 0.1)], 0.01).tolist()
    [0.1]
    """
    possible, common = w_max(min_probability), divided(samples)
    shares = list[float]()
    for design, probability in chosen:
        sample = sample_of(design, probability)
        value = weight(design, probability, min_probability).value
        seen = samples.get(sample, _NONE)
        uneven = sample is Design.UNIFORM and not seen.alike
        shares.append(
            share(sample, seen, value, possible, common=common, one_class=one_class, uneven=uneven).bold
        )
    return np.array(shares, np.float64)
