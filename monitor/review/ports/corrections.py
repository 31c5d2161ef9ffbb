"""What agents corrected, beside what was drawn and labelled."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from monitor.domain.events.types import Design


class CorrectionCount(NamedTuple):
    """So many `tickets` were `predicted` so, and an agent re-routed them to what is `corrected`."""

    predicted: str
    corrected: str
    tickets: int


class RoutedWrongly(NamedTuple):
    """So many drawn `tickets` are of `intent` by their label, and were predicted otherwise.

    `left`: no agent re-routed them to it. `design` and `probability` are how they were chosen.
    """

    intent: str
    left: bool
    design: Design
    probability: float | None
    tickets: int


class Corrections(NamedTuple):
    """A model's tickets predicted while corrections are known, and old enough to have theirs by now.

    They were predicted between `since` and `until`. `traffic` says by predicted intent how many came.
    """

    since: datetime
    until: datetime
    counts: list[CorrectionCount]
    wrong: list[RoutedWrongly]
    traffic: Mapping[str, int]
