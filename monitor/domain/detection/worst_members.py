"""What a group's bet won at each outcome since the onset comes in; the members that brought it go out."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class MemberShare(NamedTuple):
    """What a member's outcomes did to the money: `evidence` times it, above 1 for a member that has fallen."""

    intent: str
    evidence: float


class Blame(NamedTuple):
    """The members, worst first; `alone` is the one without which nothing would have been won, if there is one."""

    shares: tuple[MemberShare, ...]
    alone: str | None


def worst_members(intents: Sequence[str], gains: ArrayLike) -> Blame:
    """Which members explain a group's page, worst first by evidence.

    `gains` are ln L_j of the outcomes since the onset, j the stake that won most (the argmax of ln C_j). A
    member's evidence is `exp(sum of its gains)`; their product is C_j, so nothing is left unexplained. A member
    alone explains the page if the gains of all others together are not above 0. Costs: the onset is where the
    gains are largest, so an innocent member may have a little evidence by chance.

    >>> worst_members(["gdpr", "billing", "gdpr"], [0.8, -0.2, 0.6]).alone
    'gdpr'
    >>> worst_members(["gdpr", "billing"], [0.8, 0.6]).alone is None
    True

    Source: section 10; Page 1954 for C_j.
    """
    by_intent: dict[str, list[float]] = defaultdict(list)
    for intent, gain in zip(intents, np.asarray(gains, np.float64).tolist(), strict=True):
        by_intent[intent].append(gain)
    totals = {intent: math.fsum(won) for intent, won in by_intent.items()}
    ranked = sorted(totals, key=lambda intent: (-totals[intent], intent))
    shares = tuple(MemberShare(intent, math.exp(totals[intent])) for intent in ranked)
    if not ranked or totals[ranked[0]] <= 0 or math.fsum(totals[intent] for intent in ranked[1:]) > 0:
        return Blame(shares, None)
    return Blame(shares, ranked[0])
