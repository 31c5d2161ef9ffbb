"""Outcomes of many intents come in, in their order; what each does to the money bet on all of them goes out.

Each cell alone has too few labels to be judged, and most causes are common: a release, a generator, a tokenizer.
So one bet is laid on the shortfall of all members together, weighted by the mix of their labels. A shift of the
mix towards hard intents is no fall, as each outcome is held to its own intent's floor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.domain.anchors.floor import MIN_FLOOR, floor
from monitor.domain.detection.betting import BATCH, GRID
from monitor.domain.recall.intervals import FloatArray

Z = 1.645  # one-sided 95 %: how lucky the members' anchors together may have been
Z_BOTH = 1.960  # two-sided 95 %, of the interval to show
RISKED = 0.98  # of its money no bettor risks more than this at one outcome
_STEPS = np.arange(GRID) / (GRID - 1)


class MemberAnchor(NamedTuple):
    """A member's offline recall and the examples it rests on; no `support`: the number is a promise."""

    recall: float
    support: float | None


class Mix(msgspec.Struct, frozen=True):
    """What a group's bet remembers beside its wealth: the summed weight u of each member's labels so far."""

    seen: tuple[float, ...]


class GroupFactors(NamedTuple):
    """L_j of each outcome, (n, 16), and the mix behind the last of them."""

    factor: FloatArray
    mix: Mix


class GroupRecovery(NamedTuple):
    """L'_j of each outcome, (n, 16), and how far it lies above its own floor, x - f_i."""

    factor: FloatArray
    above: FloatArray


class GroupStanding(NamedTuple):
    """What a group is held to by now: its offline number with a 95 % interval, and its floor."""

    offline: float
    low: float
    high: float
    floor: float


@dataclass(frozen=True, eq=False)
class IntentGroup:
    """The intents of a model that are bet on together, in the order of `Mix.seen`.

    `kept` is a_i - `drop`, `variance` v_i/n_i, and `usual` the share of i among all the `anchors`' examples.
    `left_out` have no anchor, or one that leaves no room for a fall: they are not bet on.
    """

    intents: tuple[str, ...]
    left_out: tuple[str, ...]
    recalls: FloatArray
    kept: FloatArray
    variance: FloatArray
    usual: FloatArray
    anchors: tuple[MemberAnchor, ...]
    drop: float

    @cached_property
    def alone(self) -> FloatArray:
        """The floor that each member is held to as a cell."""
        return np.array([floor(*anchor, self.drop) for anchor in self.anchors], np.float64)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each intent stands."""
        return {intent: index for index, intent in enumerate(self.intents)}


def group(anchors: Mapping[str, MemberAnchor | None], drop: float = 0.10) -> IntentGroup:
    """The group of these members, sorted by name.

    A member's own luck: `v_i/n_i`, `v_i = s_i (1 - s_i)`, `s_i = (k_i + 1)/(n_i + 2)`, k_i = a_i n_i; none where
    the support is not known, as with `floor`. Left out are members without an anchor or examples, and those with
    a_i - drop below 0.10. A promise counts in the usual mix as the mean of the others.

    >>> group({"gdpr": MemberAnchor(0.9, 10), "rare": None}).left_out
    ('rare',)

    Source: section 10; Agresti & Coull 1998 for s_i.
    """
    usable = {
        name: anchor for name, anchor in sorted(anchors.items()) if anchor and leaves_room(anchor, drop)
    }
    recalls = np.array([anchor.recall for anchor in usable.values()], np.float64)
    supports = np.array([anchor.support or np.nan for anchor in usable.values()], np.float64)
    known = ~np.isnan(supports)
    shrunk = (recalls * supports + 1) / (supports + 2)
    usual = np.where(known, supports, supports[known].mean() if known.any() else 1.0)
    return IntentGroup(
        tuple(usable),
        tuple(sorted(anchors.keys() - usable.keys())),
        recalls,
        np.round(recalls - drop, 12),
        np.where(known, shrunk * (1 - shrunk) / supports, 0.0),
        usual / usual.sum(),
        tuple(usable.values()),
        drop,
    )


def leaves_room(anchor: MemberAnchor, drop: float) -> bool:
    """Whether a member can be bet on: it has examples, or is a promise, and its recall less the drop is .10 or more."""
    recall, support = anchor
    if not 0 <= recall <= 1 or drop < 0 or (support is not None and support < 0):
        raise ValueError(f"no such anchor: recall {recall}, support {support}, drop {drop}")
    return support != 0 and MIN_FLOOR <= round(recall - drop, 12) < 1


def unmixed(members: IntentGroup) -> Mix:
    """No label was seen yet.

    >>> unmixed(group({"gdpr": MemberAnchor(0.9, 10)}))
    Mix(seen=(0.0,))
    """
    return Mix((0.0,) * len(members.intents))


def group_factors(
    members: IntentGroup, mix: Mix, intents: Sequence[str], x: ArrayLike, u: ArrayLike
) -> GroupFactors:
    """What each outcome does to each bettor's money, and the mix after them; cut anywhere, the bits are the same.

    `L_j = 1 - lam_j u (x - f_i)`, held to `f_i = max(0, a_i - drop - z SE)`, `SE^2 = sum_i m_i^2 v_i/n_i`,
    z = 1.645; m_i is the share of i in the labels seen *before*, by their weight u, the anchors' own mix counting
    as one label of weight 1 (so it is all there is at the start). The stakes lam_j are those of `betting.stakes`
    at the mean floor `sum_i m_i f_i`, none above `.98/(1 - f_min)`, f_min the lowest floor above 0: so L_j is above
    0, and the stakes are the same for all members, or the bet would not be on the mix-weighted shortfall. All of
    that is known before the outcome, so no bettor expects to gain while the mix-weighted recall keeps the floor.

    L_j = 1 where there is nothing to bet on: another intent, f_i = 0 (nothing can fall below), a mean floor that
    is below 0.10. Costs: as the members' luck averages out, far less slack than their own floors; a fall of few
    members is diluted by the others. Some 40 us a call, and under 0.1 us for each outcome and member.

    >>> members = group({"gdpr": MemberAnchor(0.88, None)})
    >>> group_factors(members, unmixed(members), ["gdpr"], [0], [1.0]).factor[0, [0, 15]].round(4).tolist()
    [4.4545, 1.1364]

    Source: section 10; Waudby-Smith & Ramdas 2024 for the bet; Shin, Ramdas & Rinaldo 2022.
    """
    hits, weights = np.asarray(x, np.float64), np.asarray(u, np.float64)
    places = np.array([members.place.get(intent, -1) for intent in intents], np.int64)
    seen, factor = np.array(mix.seen, np.float64), np.ones((len(places), GRID))
    if not members.intents:
        return GroupFactors(factor, mix)
    for begin in range(0, len(places), BATCH):
        part = slice(begin, begin + BATCH)
        factor[part], seen = _play(members, seen, places[part], hits[part], weights[part])
    return GroupFactors(factor, Mix(tuple(seen.tolist())))


def group_recovery(
    members: IntentGroup, mix: Mix, intents: Sequence[str], x: ArrayLike, u: ArrayLike
) -> GroupRecovery:
    """What each outcome does to those who bet that the group's recall is back; cut anywhere, the bits are the same.

    `L'_j = 1 + lam'_j u (x - f_i)`, the floors as in `group_factors`, the stakes those of
    `recovery.recovery_stakes` at the mean floor, none above `.98/f_max`, f_max the highest floor: so L'_j is above 0.
    Costs: as `group_factors`.

    >>> members = group({"gdpr": MemberAnchor(0.88, None)})
    >>> back = group_recovery(members, unmixed(members), ["gdpr"], [1], [1.0])
    >>> back.factor[0, [0, 15]].round(4).tolist(), back.above.round(2).tolist()  # lam' .1748 and 1.1655, x - f .22
    ([1.0385, 1.2564], [0.22])

    Source: section 10; section 2, Recovery.
    """
    hits, weights = np.asarray(x, np.float64), np.asarray(u, np.float64)
    places = np.array([members.place.get(intent, -1) for intent in intents], np.int64)
    seen, factor, above = np.array(mix.seen, np.float64), np.ones((len(places), GRID)), np.zeros(len(places))
    if not members.intents:
        return GroupRecovery(factor, above)
    for begin in range(0, len(places), BATCH):
        part = slice(begin, begin + BATCH)
        odds = _odds(members, seen, places[part], weights[part])
        lam = _recovery_stakes(np.where(odds.bet, odds.mean, 0.5))
        highest = np.where(odds.bet, odds.floors.max(axis=1), 0.5)
        lam = np.minimum(lam, RISKED / highest[:, np.newaxis])
        above[part] = np.where(places[part] >= 0, hits[part] - odds.mine, 0.0)
        edge = np.where(odds.bet, weights[part] * above[part], 0.0)
        factor[part] = 1.0 + lam * edge[:, np.newaxis]
        seen = odds.seen
    return GroupRecovery(factor, above)


def group_standing(members: IntentGroup, mix: Mix) -> GroupStanding | None:
    """Offline number, its 95 % interval and the floor, all weighted by the mix so far; None without members.

    `a = sum_i m_i a_i`, `a +- 1.960 SE`, `f = sum_i m_i f_i`. Costs: a normal interval, of many members' luck.

    >>> members = group({"easy": MemberAnchor(1.0, 8), "hard": MemberAnchor(0.5, 8)})
    >>> standing = group_standing(members, unmixed(members))
    >>> [round(figure, 4) for figure in standing]  # SE^2 = (.09 + .25)/8/4
    [0.75, 0.548, 0.952, 0.4804]

    Source: section 10.
    """
    if not members.intents:
        return None
    share, error, floors = _held_to(members, np.array([mix.seen], np.float64))
    offline = float(_total(share * members.recalls)[0])
    reach = Z_BOTH * float(error[0])
    return GroupStanding(
        offline, max(0.0, offline - reach), min(1.0, offline + reach), float(_total(share * floors)[0])
    )


def _play(
    members: IntentGroup, seen: FloatArray, places: NDArray[np.int64], hits: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    odds = _odds(members, seen, places, weights)
    lam = _stakes(np.where(odds.bet, odds.mean, 0.5))
    lowest = np.where(odds.floors > 0, odds.floors, 1.0).min(axis=1)
    edge = np.where(odds.bet, weights * (hits - odds.mine), 0.0)
    lam = np.minimum(lam, RISKED / np.where(odds.bet, 1 - lowest, 1.0)[:, np.newaxis])
    return np.asarray(1.0 - lam * edge[:, np.newaxis]), odds.seen


class _Odds(NamedTuple):
    """Before each outcome: all floors, their mean, its own intent's, whether it is bet on; the mix after the last."""

    floors: FloatArray
    mean: FloatArray
    mine: FloatArray
    bet: NDArray[np.bool_]
    seen: FloatArray


def _odds(members: IntentGroup, seen: FloatArray, places: NDArray[np.int64], weights: FloatArray) -> _Odds:
    rows, played = np.arange(len(places)), np.zeros((len(places) + 1, len(members.intents)))
    played[0] = seen
    played[1 + rows, places] = np.where(places >= 0, weights, 0.0)
    mixes = np.add.accumulate(played)  # in the outcomes' order, whatever the batch
    share, _, floors = _held_to(members, mixes[:-1])
    mean, mine = _total(share * floors), floors[rows, places]
    return _Odds(floors, mean, mine, (places >= 0) & (mine > 0) & (mean >= MIN_FLOOR), mixes[-1])


def _held_to(members: IntentGroup, seen: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """For each mix: the shares m_i, the standard error, and the floors f_i."""
    share = seen + members.usual
    share = share / _total(share)[:, np.newaxis]
    error = np.sqrt(_total(share * share * members.variance))
    return share, error, np.maximum(0.0, members.kept - Z * error[:, np.newaxis])


def _stakes(floors: FloatArray) -> FloatArray:
    """`betting.stakes` of many floors, (n, 16)."""
    mean = floors[:, np.newaxis]
    recalls = 0.02 + (mean - 0.05) * _STEPS
    return np.asarray((mean - recalls) / (mean * (1 - mean)))


def _recovery_stakes(floors: FloatArray) -> FloatArray:
    """`recovery.recovery_stakes` of many floors, (n, 16)."""
    mean = floors[:, np.newaxis]
    half_way = (1 + mean) / 2
    lowest, highest = np.minimum(mean + 0.03, half_way), np.maximum(0.98, half_way)
    return np.asarray((lowest + (highest - lowest) * _STEPS - mean) / (mean * (1 - mean)))


def _total(rows: FloatArray) -> FloatArray:
    # accumulate, not sum: its order does not change with the array's shape.
    return np.asarray(np.add.accumulate(rows, axis=-1)[..., -1])
