"""Chances by score: section 6's g by hand, half of the budget for all, and what is done where scores are missing."""

import numpy as np
import pytest

from monitor.domain.sampling.classes import class_chances
from monitor.domain.sampling.scores import score_chances
from monitor.domain.sampling.wanted import Wanted

LEAST = 1e-4
REFUND = Wanted("refund", ppv=0.64)
TRAFFIC = {"refund": 10, "other": 90}
PREDICTED = ["refund"] * 10 + ["other"] * 90
SCORES = [{"refund": 0.9}] * 10 + [{"refund": 0.16}] * 10 + [{"refund": 0.0}] * 80


def test_half_of_the_budget_is_spread_evenly_and_the_rest_by_the_roots_of_the_scores() -> None:
    _, chances = score_chances([REFUND], TRAFFIC, PREDICTED, SCORES, budget=10, least=LEAST)

    # g: .5 sqrt(.64) ten times, .5 sqrt(.16) ten times, and 0: 4 + 2 in all
    k = (10 - 0.05 * 100) / 6
    assert chances[[0, 10, 99]] == pytest.approx([0.05 + 0.4 * k, 0.05 + 0.2 * k, 0.05])
    assert chances.sum() == pytest.approx(10)


def test_hits_weigh_alike_whatever_their_scores_and_none_weighs_more_than_is_said() -> None:
    given = [{"refund": score} for score in np.linspace(0.1, 1, 10)] + SCORES[10:]
    rule, chances = score_chances([REFUND], TRAFFIC, PREDICTED, given, budget=10, least=LEAST)

    assert np.ptp(chances[:10]) == pytest.approx(0)
    assert rule.own_least("refund") == pytest.approx(chances[0])


def test_a_score_that_an_event_lacks_counts_as_what_its_class_holds() -> None:
    bare: list[dict[str, float]] = [{} for _ in PREDICTED]
    _, chances = score_chances([REFUND], TRAFFIC, PREDICTED, bare, budget=10, least=LEAST)

    f0 = 10 * 0.64 / 90
    assert (chances[0] - 0.05) / (chances[99] - 0.05) == pytest.approx((0.64 / f0) ** 0.5)
    by_class = class_chances([REFUND], TRAFFIC, 5, LEAST)  # the half that is not spread evenly
    assert chances[0] - 0.05 == pytest.approx(by_class.by_class["refund"])


def test_scores_of_other_intents_and_beyond_0_to_1_do_no_harm() -> None:
    odd = [{"refund": 0.9}] * 10 + [{"x": 3.0, "refund": 0.16}] * 10 + [{"refund": -7.0, "y": 0.5}] * 80

    _, chances = score_chances([REFUND], TRAFFIC, PREDICTED, odd, budget=10, least=LEAST)
    assert chances == pytest.approx(score_chances([REFUND], TRAFFIC, PREDICTED, SCORES, 10, LEAST)[1])
    high = [{"refund": 0.9}] * 10 + [{"refund": 17.0}] + [{"refund": 0.0}] * 89
    assert score_chances([REFUND], TRAFFIC, PREDICTED, high, 10, LEAST)[1][10] == pytest.approx(
        score_chances([REFUND], TRAFFIC, PREDICTED, [*high[:10], {"refund": 1.0}, *high[11:]], 10, LEAST)[1][
            10
        ]
    )


def test_of_two_intents_a_ticket_gains_by_both() -> None:
    wanted = [Wanted("a", 0.64), Wanted("b", 0.64)]
    predicted = ["a"] * 10 + ["b"] * 10 + ["x"] * 3
    given = [{"a": 1.0, "b": 0.0}] * 10 + [{"a": 0.0, "b": 1.0}] * 10
    given += [{"a": 0.16, "b": 0.0}, {"a": 0.16, "b": 0.16}, {"a": 0.0, "b": 0.0}]
    rule, chances = score_chances(wanted, {"a": 10, "b": 10, "x": 3}, predicted, given, 4, LEAST)

    gained = chances - rule.base
    assert gained[21] / gained[20] == pytest.approx(2**0.5)
    assert gained[22] == pytest.approx(0)


def test_the_rule_gives_later_tickets_the_chances_that_it_gave_the_first() -> None:
    rule, chances = score_chances([REFUND], TRAFFIC, PREDICTED, SCORES, budget=10, least=LEAST)

    assert rule.of(["other", "new"], [{"refund": 0.16}, {"refund": 0.16}]) == pytest.approx([chances[10]] * 2)


def test_without_tickets_or_intents_there_is_nothing_to_draw_by() -> None:
    assert score_chances([REFUND], TRAFFIC, [], [], 10, LEAST)[1].tolist() == []
    assert score_chances([], TRAFFIC, ["x", "y"], [{}, {}], 1, LEAST)[1].tolist() == [0.5, 0.5]
