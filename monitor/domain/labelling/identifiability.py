"""Which tickets were labelled comes in, by what the model had said; whether recall can be known goes out.

Where labels exist only for tickets predicted as the intent, every outcome is a hit, and recall looks like 1
whatever happens. So recall counts only where labels reach the tickets that were predicted as something else.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import inf, log, log1p

import msgspec

from monitor.domain.events.types import Design
from monitor.domain.labelling.unidentified import (
    FewLabelsElsewhere,
    Gap,
    NoLabelElsewhere,
    OnlyOwnLabels,
    UnevenLabels,
    UnlabelledClasses,
)
from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.intervals import Weights
from monitor.domain.recall.reading import total_limits
from monitor.domain.slices.cells import OTHER

SURPRISE = 0.001  # a stratum without a label is a contradiction where chance would leave it so this seldom
MIN_OUTSIDE = 20
LARGE_CLASS = 0.05
LOPSIDED = 2.0
MOST_NAMED = 5


class Stratum(msgspec.Struct, frozen=True):
    """The predictions of one class by one model version, and what became of them.

    `predictions` are those old enough to have had their label by now (older than `maturity`): a prediction of
    this morning is no evidence against a design. `designs` are those its labels state and `probability` their
    smallest `pi` (None where none states one; smallest, as the mean of the labelled overstates it).
    """

    predicted: str
    predictions: int
    labelled: int = 0
    designs: frozenset[Design] = frozenset()
    probability: float | None = None


class Strata(tuple[Stratum, ...]):
    """All classes of one model version. What is asked of them for every intent is worked out once.

    >>> Strata([Stratum("a", 40, 40), Stratum("b", 960, 10)]).predictions
    1000
    """

    @cached_property
    def predictions(self) -> int:
        """The predictions of all classes."""
        return sum(s.predictions for s in self)

    @cached_property
    def labelled(self) -> int:
        """The labelled ones of all classes."""
        return sum(s.labelled for s in self)

    @cached_property
    def declared(self) -> bool:
        """`is_declared`."""
        return is_declared(self)

    @cached_property
    def unlabelled(self) -> int:
        """`unlabelled_traffic`."""
        return unlabelled_traffic(self)

    def of(self, predicted: str) -> Sequence[Stratum]:
        """Those of a class: one, or none."""
        return self._by_class.get(predicted, ())

    def bare(self, min_probability: float) -> tuple[Sequence[Stratum], Sequence[Stratum]]:
        """The strata without a label that contradict the design; and where none is declared, others that are large.

        The largest first, each.
        """
        if min_probability not in self._bare:
            chance = _probabilities(self, min_probability) if self.declared else _overall(self)
            unlabelled = [s for s in self if not s.labelled]
            missing = [s for s in unlabelled if _contradicts(s.predictions, chance)]
            large = [
                s
                for s in unlabelled
                if not self.declared and s.predictions >= LARGE_CLASS * self.predictions > 0
            ]
            both = sorted({*missing, *large}, key=_largest_first)
            self._bare[min_probability] = sorted(missing, key=_largest_first), both
        return self._bare[min_probability]

    @cached_property
    def _by_class(self) -> dict[str, list[Stratum]]:
        by_class: dict[str, list[Stratum]] = {}
        for s in self:
            by_class.setdefault(s.predicted, []).append(s)
        return by_class

    @cached_property
    def _bare(self) -> dict[float, tuple[Sequence[Stratum], Sequence[Stratum]]]:
        return {}


class Identification(msgspec.Struct, frozen=True):
    """Whether recall can be known, and if not why not (`gaps`).

    `missing` are the strata whose labels are missing, the largest first. `lopsided` is how much oftener the
    intent's own predictions are labelled than the rest; `caveats` hold also where recall is identified.
    """

    identified: bool
    declared: bool
    missing: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    lopsided: float = 1.0
    caveats: tuple[UnevenLabels, ...] = ()


def identify(intent: str, strata: Sequence[Stratum], min_probability: float) -> Identification:
    """Whether the labels of a model version can tell the recall of an intent.

    For many intents `strata` should be `Strata`, the same for all of them.

    Always: some label outside the intent's own stratum. Declared (all designs known, `pi > 0`): unless a
    stratum has no label although `(1 - pi)^N < .001`. Undeclared: 20 labels outside, one in every class with
    5 % of the traffic, and no stratum without a label although `(1 - rho)^N < .001`, rho the share labelled.
    The `pi` of a stratum without labels is the smallest seen (uniform), or else min_probability.
    Costs: undeclared labels that reach every class pass however unevenly they do: see `caveats`.

    >>> own, rest = Stratum("gdpr_erasure", 40, 40), Stratum("cancel_account", 960, 0)
    >>> found = identify("gdpr_erasure", [own, rest], 0.01)
    >>> found.identified, found.missing
    (False, ('cancel_account',))

    Source: section 5, rules 1 and 2; Begg & Greenes 1983 on verification bias.
    """
    strata = strata if isinstance(strata, Strata) else Strata(strata)
    # An intent beyond the limit of names is somewhere in the rest: labels there may be its own, and prove nothing.
    own = strata.of(intent) or strata.of(OTHER)
    labelled_own = sum(s.labelled for s in own)
    reached = strata.labelled - labelled_own
    missing, with_large = strata.bare(min_probability)
    gaps: list[Gap] = []
    if not reached:
        mine = set(own)
        outside = sorted((s for s in strata if s not in mine and s.predictions), key=_largest_first)
        missing = outside or missing
        gaps.append(OnlyOwnLabels(intent) if labelled_own else NoLabelElsewhere(intent))
    elif not strata.declared:
        missing = with_large
        if reached < MIN_OUTSIDE:
            gaps.append(FewLabelsElsewhere(intent, reached, MIN_OUTSIDE))
    if missing:
        lacking = sum(s.predictions for s in missing)
        named = tuple(s.predicted for s in missing[:MOST_NAMED])
        gaps.append(UnlabelledClasses(lacking, named, len(missing) - len(named)))
    lopsided = _lopsided(own, strata)
    return Identification(
        not gaps,
        strata.declared,
        tuple(s.predicted for s in missing),
        tuple(gaps),
        lopsided,
        () if strata.declared or 1 / LOPSIDED <= lopsided <= LOPSIDED else (UnevenLabels(intent, lopsided),),
    )


def is_declared(strata: Iterable[Stratum]) -> bool:
    """Whether every label says how it was chosen, and there is one.

    uniform, or by_prediction or by_score with their `pi > 0`. Costs: one label of unknown design is enough
    for the whole to count as undeclared. Source: section 5, rule 1.

    >>> is_declared([Stratum("a", 9, 1, frozenset({Design.UNIFORM})), Stratum("b", 3)])
    True
    """
    labelled = [s for s in strata if s.labelled]
    return bool(labelled) and all(
        s.designs
        and Design.UNKNOWN not in s.designs
        and (s.designs == {Design.UNIFORM} or (s.probability or 0.0) > 0)
        for s in labelled
    )


def unlabelled_traffic(strata: Iterable[Stratum]) -> int:
    """N_U: the predictions that nothing stands for.

    Declared labels stand, by their weights, for the stratum they are in: left are the strata without any.
    Undeclared labels stand for themselves: left is every prediction without a label.
    Costs: nothing. Source: section 5.

    >>> unlabelled_traffic([Stratum("a", 40, 40), Stratum("b", 960, 10)])
    950
    """
    strata = list(strata)
    if is_declared(strata):
        return sum(s.predictions for s in strata if not s.labelled)
    return sum(s.predictions - s.labelled for s in strata)


def assumption_free(hits: Weights, misses: Weights, unlabelled: float, level: float = 0.95) -> Interval:
    """What is left of recall where it is not identified: every unlabelled ticket may have been a miss.

    `[T1_L / (T1_L + T0_U + N_U), 1]`, T1_L the lower limit of the hits' total, T0_U the upper of the misses',
    N_U the unlabelled traffic. Costs: mostly it says next to nothing, which is what is known.

    >>> low, high = assumption_free(Weights(40, 40, 1), Weights(0, 0, 1), 960)
    >>> round(low, 4), high  # 28.58 / (28.58 + 3.69 + 960)
    (0.0288, 1.0)

    Source: section 5; Manski 1989 (worst-case bounds).
    """
    least, most = total_limits(hits, level).low, total_limits(misses, level).high
    return Interval(least / (least + most + unlabelled), 1.0)


def _probabilities(strata: Strata, min_probability: float) -> float:
    """The chance of a label in a declared stratum that has none yet."""
    labelled = [s for s in strata if s.labelled]
    stated = [s.probability for s in labelled if s.probability]
    if all(s.designs == {Design.UNIFORM} for s in labelled):
        return min(stated) if stated else _overall(strata)
    return min([min_probability, *stated])


def _overall(strata: Strata) -> float:
    traffic = strata.predictions
    return min(1.0, strata.labelled / traffic) if traffic else 0.0


def _contradicts(predictions: int, chance: float) -> bool:
    """`(1 - pi)^N < .001`, in logs."""
    if not predictions:
        return False
    return chance >= 1 or predictions * log1p(-chance) < log(SURPRISE)


def _lopsided(own: Sequence[Stratum], strata: Strata) -> float:
    labelled_own, traffic_own = sum(s.labelled for s in own), sum(s.predictions for s in own)
    labelled, traffic = strata.labelled - labelled_own, strata.predictions - traffic_own
    if not (traffic_own and traffic and labelled_own + labelled):
        return 1.0
    return labelled_own / traffic_own / (labelled / traffic) if labelled else inf


def _largest_first(s: Stratum) -> tuple[int, str]:
    return -s.predictions, s.predicted
