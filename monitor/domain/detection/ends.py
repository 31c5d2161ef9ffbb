"""A page that is over: the bet against the promise begins again, and what a person ended waits for the labels' word."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.domain.detection import betting
from monitor.domain.detection.bars import Bar, RecoverySteps
from monitor.domain.detection.healing import fallen_members, heal_members
from monitor.domain.recall.intervals import FloatArray

if TYPE_CHECKING:  # it takes a page to end one
    from collections.abc import Sequence

    from monitor.domain.detection.detector import Detector


def begun_again(detector: "Detector", after: int) -> "Detector":
    """The detector behind outcome `after`, with nothing won and no page."""
    wealth = betting.begin_again(detector.wealth)
    return replace(
        detector, wealth=wealth, paged=None, healing=None, fallen=(), starts=None, begun_after=after
    )


def ended(detector: "Detector", after: int, bar: Bar | None) -> "Detector":
    """A person says that the fall is over: behind outcome `after` the bet against the promise begins again."""
    return replace(_ended_by_person(detector, after, bar), ends=(*detector.ends, after))


def resumed(detector: "Detector", bar: Bar | None, seq: float = math.inf) -> "Detector":
    """The detector before it takes outcome `seq` in: begun again if a person ended its page on the way."""
    passed = [end for end in detector.ends if detector.last_seq <= end < seq]
    return _ended_by_person(detector, max(passed), bar) if passed else detector


def _ended_by_person(detector: "Detector", after: int, bar: Bar | None) -> "Detector":
    """Begun again, while the recovery's bet goes on: what it wins yet confirms what the person said."""
    fallen = detector.fallen
    if detector.paged is not None and bar is not None:
        by_some = detector.some_evidence > betting.evidence(detector.wealth)
        fallen = tuple(sorted(fallen_members(bar, detector.starts if by_some else None)))
    return replace(begun_again(detector, after), healing=detector.healing, fallen=fallen)


def awaiting(
    detector: "Detector", back: RecoverySteps, weights: FloatArray, intents: "Sequence[str]"
) -> "Detector":
    """The detector after outcomes behind a page that a person ended, which the recovery's bet may confirm.

    Of a group those members count that had fallen. Source: section 2, Recovery.
    """
    if detector.healing is None:
        return detector
    healing, won = heal_members(detector.healing, back, weights, intents, frozenset(detector.fallen))
    if won is not None:
        return replace(detector, healing=None, fallen=())
    return replace(detector, healing=healing)
