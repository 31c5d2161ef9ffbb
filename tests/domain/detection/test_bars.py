"""What outcomes are held to: the mean of a group of one is bet on like that intent, from the page to the recovery."""

from itertools import pairwise

import numpy as np
import pytest

from monitor.domain.detection.bars import Bar, GroupMembers, KeptAnchor
from monitor.domain.detection.detector import Detector, Signal, SignalKind, advance, fresh, loads
from monitor.domain.detection.group import MemberAnchor, group, group_recovery, unmixed
from monitor.domain.detection.money import Income, Rate
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.events.microseconds import DAY_US

INCOME = Income((Rate(0, 0.001),), gift=0.01)
ONE = GroupMembers((KeptAnchor("gdpr", 0.88, 38),), drop=0.10, promised=True)
TWO = GroupMembers((KeptAnchor("easy", 0.95, 40), KeptAnchor("hard", 0.6, 20)), drop=0.10)


def played(
    bar: Bar, hits: list[bool], intents: list[str], cuts: tuple[int, ...] = ()
) -> tuple[Detector, list[Signal]]:
    detector, signals = fresh(), []
    places = [0, *cuts, len(hits)]
    for begin, end in pairwise(places):
        some = range(begin, end)
        came = outcomes(
            hits[begin:end],
            np.ones(end - begin),
            some,
            [(seq + 1) * DAY_US // 10 for seq in some],
            intents[begin:end],
        )
        detector, more = advance(loads(detector.dumps()), bar, INCOME, came)
        signals += more
    return detector, signals


def fall_and_recovery(seed: int, low: float) -> list[bool]:
    rng = np.random.default_rng(seed)
    return [
        *(rng.random(60) < 0.9).tolist(),
        *(rng.random(60) < low).tolist(),
        *(rng.random(150) < 0.97).tolist(),
    ]


def test_a_group_of_one_promise_is_bet_on_like_a_cell_with_half_of_the_money() -> None:
    hits = fall_and_recovery(1, 0.3)
    together, pages = played(ONE.bar, hits, ["gdpr"] * len(hits))
    alone, expected = played(0.78, hits, [])
    assert [signal[:3] for signal in pages] == [signal[:3] for signal in expected]
    assert [signal.kind for signal in pages] == [SignalKind.PAGED, SignalKind.RECOVERED]
    assert 2 * together.wealth.ratios == pytest.approx(alone.wealth.ratios, rel=1e-9)
    assert together.wealth.log_product == pytest.approx(alone.wealth.log_product, rel=1e-9)


def test_how_a_groups_outcomes_are_cut_changes_no_bit() -> None:
    hits = fall_and_recovery(2, 0.05)
    intents = np.random.default_rng(3).choice(["easy", "hard"], len(hits)).tolist()
    whole, signals = played(TWO.bar, hits, intents)
    assert [signal.kind for signal in signals] == [SignalKind.PAGED, SignalKind.RECOVERED]
    for cuts in ((1,), (50, 51, 90), tuple(range(7, len(hits), 7))):
        parts, same = played(TWO.bar, hits, intents, cuts)
        assert parts.dumps() == whole.dumps()
        assert same == signals


def test_a_shift_to_the_hard_intent_is_neither_a_fall_nor_keeps_from_recovering() -> None:
    """Recall falls from .95 to .6 as only hard tickets come, each as promised."""
    rng = np.random.default_rng(4)
    hits = [*(rng.random(200) < 0.95).tolist(), *(rng.random(200) < 0.62).tolist()]
    _, signals = played(TWO.bar, hits, ["easy"] * 200 + ["hard"] * 200)
    assert signals == []


def test_the_bet_on_recovery_by_hand() -> None:
    """Floors .9 and .3 of two promises of equal mix, their mean .6; stakes (q - .6)/.24, q from .63 to .98."""
    members = group({"easy": MemberAnchor(1.0, None), "hard": MemberAnchor(0.4, None)})
    back = group_recovery(members, unmixed(members), ["hard", "easy"], [1, 0], [1.0, 0.5])
    assert back.above == pytest.approx([0.7, -0.9])
    # The boldest stake is 1.583; none is above .98/.9 = 1.089, so that a miss of the easy one leaves something.
    assert back.factor[0, [0, 15]] == pytest.approx([1 + 0.125 * 0.7, 1 + 1.0888889 * 0.7])
    # After one hard label the mix is (.25, .75): floors as before, mean .45, stakes from .03/.2475.
    assert back.factor[1, [0, 15]] == pytest.approx(
        [1 - 0.5 * 0.9 * 0.03 / 0.2475, 1 - 0.5 * 0.9 * 0.98 / 0.9]
    )
