"""In which order people look: what broke, what is suspected by its evidence, what could not be seen by its cause."""

import random

from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.reasons import FloorTooLow, NoMoney, TooFewLabels, VerificationBias
from monitor.domain.judging.urgency import urgency

FEW = TooFewLabels(1.0, 0.48, 35.0, 2.6, 14.0)
IN_ORDER = [
    (Judgement(Verdict.DEGRADED, coverage=Coverage.STALE), 1.9),
    (Judgement(Verdict.DEGRADED), 1.2),
    (Judgement(Verdict.SUSPECT, (FEW,), Coverage.BLIND), 0.6),
    (Judgement(Verdict.SUSPECT), 0.3),
    (Judgement(Verdict.SUSPECT, coverage=Coverage.STALE), 0.1),
    (Judgement(Verdict.OK, (VerificationBias((), 0.1), FEW), Coverage.BLIND), 0.0),
    (Judgement(Verdict.OK, (FloorTooLow(0.08, 0.1),), Coverage.BLIND), 0.09),
    (Judgement(Verdict.OK, (NoMoney(),), Coverage.BLIND), 0.0),
    (Judgement(Verdict.OK, (FEW,), Coverage.BLIND), 0.05),
    (Judgement(Verdict.OK, ("as an earlier version wrote it",), Coverage.BLIND), 0.0),
    (Judgement(Verdict.OK, coverage=Coverage.STALE), 0.0),
    (Judgement(Verdict.OK), 0.09),
    (Judgement(Verdict.UNANCHORED, coverage=Coverage.NONE), 0.0),
]


def test_the_most_urgent_comes_first() -> None:
    shuffled = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=lambda each: urgency(*each)) == IN_ORDER


def test_cells_that_keep_their_promise_are_alike_however_far_their_bets_got() -> None:
    assert urgency(Judgement(Verdict.OK), 0.05) == urgency(Judgement(Verdict.OK), 0.0)
