"""A cell's outcomes in; what its bet against the promise had won after each of some of them out."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import msgspec

from monitor.domain.detection.detector import advance, fresh
from monitor.domain.detection.ends import resumed
from monitor.domain.detection.recovery import ENOUGH
from monitor.domain.events.microseconds import from_us
from monitor.domain.events.types import Design
from monitor.domain.judging.stakes import BetHits, CellStakes
from monitor.domain.judging.state import CellState

STEPS = 60
_ALIKE = 1e-6


class BetStep(msgspec.Struct, frozen=True):
    """After so many `labels`, the last known `at` that time, the bet had won `evidence`, as a share of a page.

    While a page stands it is what the bet had won then; `paged` says so.
    """

    labels: int
    at: datetime
    evidence: float
    paged: bool


class BetOutcomes(NamedTuple):
    """All outcomes of a cell in their order: seq, hit or not, when known, how chosen, and which two people read."""

    seqs: Sequence[int]
    hits: Sequence[bool]
    known_us: Sequence[int]
    chosen: Sequence[tuple[Design, float | None]]
    agreed: Sequence[bool]
    intents: Sequence[str] = ()


def course(state: CellState, outcomes: BetHits) -> list[BetStep]:
    """At most some `STEPS`, evenly over the outcomes that were bet on; nothing where the bet can't be made again so.

    The bet is made again from its first outcome, with the money of each time. It must end where the stored one stands:
    that of a group, and one that takes outcomes by customer and day or by their age, does not.
    Costs: some 3 us an outcome, 30 while a page stands.
    """
    bar, income, stored = state.held.bar, state.held.income, state.bet.detector
    if bar is None or income is None or stored is None or state.cell.group is not None:
        return []
    came, _ = CellStakes(state).of(outcomes, {})
    total = bisect_right(outcomes.seqs, stored.last_seq)
    even = {round(total * step / STEPS) for step in range(1, STEPS + 1)} - {0}
    cuts = {bisect_right(outcomes.seqs, end) for end in stored.ends}
    detector, steps = replace(fresh(), ends=stored.ends), list[BetStep]()
    enough = state.bet.recovery_labels or ENOUGH
    for begin, end in pairwise(sorted({0, total} | even | {cut for cut in cuts if cut < total})):
        detector = resumed(detector, bar, outcomes.seqs[begin])
        detector, _ = advance(detector, bar, income, came.part(begin, end), enough)
        at = from_us(outcomes.known_us[end - 1])
        steps.append(BetStep(end, at, detector.evidence, detector.paged is not None))
    same = math.isclose(resumed(detector, bar).evidence, stored.evidence, rel_tol=_ALIKE, abs_tol=1e-12)
    return steps if same else []
