"""Outcomes since a page come in; whether recall is back goes out, of a group by those of its members that fell."""

from collections.abc import Sequence

import numpy as np

from monitor.domain.detection import recovery
from monitor.domain.detection.bars import Bar, RecoverySteps
from monitor.domain.detection.group import IntentGroup
from monitor.domain.detection.recovery import Recovery
from monitor.domain.detection.some_of_many import richest_start
from monitor.domain.detection.starts import Starts
from monitor.domain.recall.intervals import FloatArray


def fallen_members(bar: Bar, starts: Starts | None) -> frozenset[str]:
    """The members of a group that its bet on some of them has found below their floors; none without such a bet.

    Source: section 10; `richest_start`.
    """
    start = richest_start(bar, starts) if isinstance(bar, IntentGroup) and starts is not None else None
    return (
        frozenset(share.intent for share in start.blame.shares if share.evidence > 1)
        if start
        else frozenset()
    )


def heal_members(
    healing: Recovery,
    back: RecoverySteps,
    weights: FloatArray,
    intents: Sequence[str],
    fallen: frozenset[str],
) -> tuple[Recovery, int | None]:
    """As `recovery.heal_by`, by the outcomes of the `fallen` members alone, or of all where none is named.

    The mean of twenty is no evidence that the two of them are back that paged: eighteen were never away.
    """
    if not fallen:
        return recovery.heal_by(healing, back.factor, back.hits, weights, back.floor, back.enough)
    theirs = np.flatnonzero([intent in fallen for intent in intents])
    healing, resolved = recovery.heal_by(
        healing, back.factor[theirs], back.hits[theirs], weights[theirs], back.floor, back.enough
    )
    return healing, None if resolved is None else int(theirs[resolved])
