"""What outcomes are held to, a cell's floor or the floors of a group's members, put into factors of the bet's money."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np

from monitor.domain.detection import betting, recovery
from monitor.domain.detection.bold_stakes import bold_stakes
from monitor.domain.detection.group import (
    GroupFactors,
    IntentGroup,
    MemberAnchor,
    Mix,
    group,
    group_factors,
    group_recovery,
    unmixed,
)
from monitor.domain.recall.intervals import FloatArray

Bar = float | IntentGroup
"""A cell's floor, or the members of a group with theirs."""


class NumberBar(float):
    """The floor of a cell that is held to its offline number less chance, and bet on by four bold stakes."""


class KeptAnchor(msgspec.Struct, frozen=True, array_like=True):
    """A member as it was when the group's bet began: its offline recall, and the examples behind it."""

    intent: str
    recall: float
    examples: int


class GroupMembers(msgspec.Struct, frozen=True):
    """A group's members as they were when its bet began, in the order of `Mix.seen`.

    `promised`: the recalls are promises, and the luck of their examples does not count. For labels that are wrong at
    a `slip_rate` the recalls are lower, found with so many `labels`.
    """

    anchors: tuple[KeptAnchor, ...]
    drop: float
    promised: bool = False
    slip_rate: float = 0.0
    labels: int = 0

    @property
    def examples(self) -> int:
        """The examples behind them all."""
        return sum(anchor.examples for anchor in self.anchors)

    @property
    def intents(self) -> tuple[str, ...]:
        """The members' names."""
        return tuple(anchor.intent for anchor in self.anchors)

    @property
    def bar(self) -> IntentGroup:
        """What the group's outcomes are held to."""
        return _bar(self)


@lru_cache(maxsize=256)
def _bar(members: GroupMembers) -> IntentGroup:
    anchors = {
        anchor.intent: MemberAnchor(anchor.recall, None if members.promised else anchor.examples)
        for anchor in members.anchors
    }
    return group(anchors, members.drop)


class RecoverySteps(NamedTuple):
    """What each outcome does to those who bet that recall is back; `hits` and `floor` are for the last ten.

    They must win `enough`.
    """

    factor: FloatArray
    hits: FloatArray
    floor: float
    enough: float

    def part(self, begin: int) -> "RecoverySteps":
        """Those from `begin` on."""
        return RecoverySteps(self.factor[begin:], self.hits[begin:], self.floor, self.enough)


def fall_factors(
    bar: Bar, mix: Mix | None, intents: Sequence[str], hits: FloatArray, weights: FloatArray
) -> tuple[FloatArray, Mix | None]:
    """What each outcome does to those who bet on a fall, and the mix of a group's labels after them."""
    if not isinstance(bar, IntentGroup):
        return betting.factors(bar_stakes(bar), bar, hits, weights), None
    played: GroupFactors = group_factors(bar, mix or unmixed(bar), intents, hits, weights)
    return played.factor, played.mix


def recovery_steps(
    bar: Bar, mix: Mix | None, intents: Sequence[str], hits: FloatArray, weights: FloatArray, enough: float
) -> RecoverySteps:
    """The same of the bet that recall is back; of a group, a hit counts by how far it is above its own floor."""
    if not isinstance(bar, IntentGroup):
        return RecoverySteps(betting.factors(-_recovery_stakes(bar), bar, hits, weights), hits, bar, enough)
    return RecoverySteps(*group_recovery(bar, mix or unmixed(bar), intents, hits, weights), 0.0, enough)


def log_terms(floor: float, hits: Sequence[bool], weights: FloatArray) -> FloatArray:
    """What outcomes add to the log of the product since the release, summed, per stake."""
    factors = betting.factors(bar_stakes(floor), floor, np.asarray(hits, np.float64), weights)
    return np.asarray(np.log(factors).sum(axis=0))


def bar_stakes(floor: float) -> FloatArray:
    """The stakes that bet against a cell's floor: bold ones where that is the number less chance."""
    return _bold_stakes(float(floor)) if isinstance(floor, NumberBar) else _stakes(floor)


@lru_cache(maxsize=1024)
def _bold_stakes(floor: float) -> FloatArray:
    return bold_stakes(floor)


@lru_cache(maxsize=1024)
def _stakes(floor: float) -> FloatArray:
    return betting.stakes(floor)


@lru_cache(maxsize=1024)
def _recovery_stakes(floor: float) -> FloatArray:
    return recovery.recovery_stakes(floor)
