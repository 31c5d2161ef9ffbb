"""An intent, and the chances that its tickets have, come in; how soon a fall of its recall is seen goes out."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from monitor.domain.detection.detectability import days_to_page, labels_needed, weighted_days_to_page
from monitor.domain.events.types import Design
from monitor.domain.recall.weights import Weighed
from monitor.domain.sampling.wanted import Wanted

DAYS = 1e6  # so many are counted up, that rounding to whole labels does not matter
ALIKE = 1.25  # chances this near to each other are counted as one


class PlannedIntent(NamedTuple):
    """An intent that labels are planned for.

    `recall` is what it has while all is well, `fallen` what it falls to, `floor` what it is held to, and
    `money_per_day` its part of the false pages. `own` are its predictions a day.
    """

    wanted: Wanted
    floor: float
    recall: float
    fallen: float
    money_per_day: float
    own: float

    @property
    def tickets(self) -> float:
        """Its tickets a day: those predicted as it that are it, and the missed: `N1 ppv / R`."""
        return self.own * self.wanted.ppv / self.recall


class Reached(NamedTuple):
    """The chance of an intent's hits to be labelled, and those of its misses with the share of them that has each."""

    hits: float
    misses: Sequence[tuple[float, float]]


def labels_per_day(intent: PlannedIntent, reached: Reached) -> float:
    """The labelled tickets of a fallen intent a day: `P (q pi_1 + (1 - q) sum_c m_c pi_c)`."""
    missed = sum(chance * share for chance, share in reached.misses)
    return intent.tickets * (intent.fallen * reached.hits + (1 - intent.fallen) * missed)


def days_to_notice(intent: PlannedIntent, reached: Reached, design: Design) -> float:
    """About how many days a fall goes on before it is paged, from when its labels have come.

    As in `weighted_days_to_page`, of labels as they are drawn; `days_to_page` for uniform ones. Infinite without
    tickets, or where q is no fall. Costs: a tenth of a millisecond for each kind of label.

    >>> refund = PlannedIntent(Wanted("refund"), 0.78, 0.88, 0.39, 1 / 6000, own=22)
    >>> even = Reached(0.5, [(0.5, 1.0)])
    >>> round(days_to_notice(refund, even, Design.UNIFORM), 1), round(days_to_notice(refund, even, Design.BY_SCORE), 1)
    (2.8, 2.8)

    Source: sections 5 and 13.
    """
    if not (intent.fallen < intent.floor and intent.tickets > 0 and intent.money_per_day > 0):
        return math.inf
    if design is Design.UNIFORM:
        return days_to_page(
            intent.money_per_day, intent.floor, labels_per_day(intent, reached), intent.fallen
        )
    cell, misses, positives = Weighed(), _binned(reached.misses), intent.tickets * DAYS
    least = min([reached.hits, *(chance for chance, _ in misses)])
    for chance, share in misses:
        n = round(positives * (1 - intent.fallen) * share * chance)
        cell.count(False, design, chance, least, by=n) if n else None
    n = round(positives * intent.fallen * reached.hits)
    cell.count(True, design, reached.hits, least, by=n) if n else None
    return weighted_days_to_page(cell, intent.money_per_day, intent.floor, least, DAYS, intent.fallen)


def times_as_many(intent: PlannedIntent, reached: Reached, design: Design, within_days: float) -> float:
    """How many times as many labels, of the same kinds, it takes to see the fall within so many days.

    Source: `labels_needed`.
    """
    per_day = labels_per_day(intent, reached)
    days = days_to_notice(intent, reached, design)
    if not math.isfinite(days) or per_day <= 0:
        return math.inf
    return labels_needed(intent.money_per_day, intent.floor, within_days, per_day, days) / per_day


def _binned(misses: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same in few kinds: chances that are alike are one, at their mean."""
    bins: list[tuple[float, float, float]] = []  # the smallest chance, the sum of share x chance, the share
    for chance, share in sorted(misses):
        if bins and chance <= ALIKE * bins[-1][0]:
            smallest, total, shares = bins[-1]
            bins[-1] = smallest, total + chance * share, shares + share
        else:
            bins.append((chance, chance * share, share))
    return [(total / share, share) for _, total, share in bins if share > 0]
