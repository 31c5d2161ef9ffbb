"""Chances by predicted class: section 6's ratio, the budget kept, and every class within reach."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.sampling.classes import ClassChances, class_chances
from monitor.domain.sampling.spread import spread
from monitor.domain.sampling.wanted import Wanted, holdings

LEAST = 0.001
TRAFFIC = {"refund": 20.0, "cancel": 180.0, "other": 800.0}


def expected_draws(chosen: ClassChances, traffic: dict[str, float]) -> float:
    return sum(n * chosen.by_class[name] for name, n in traffic.items())


def test_of_one_intent_the_ratio_is_that_of_the_roots_of_ppv_and_of_what_the_others_hold() -> None:
    chosen = class_chances([Wanted("refund", ppv=0.8)], TRAFFIC, 40, LEAST)

    f0 = 20 * 0.8 / 980  # N1 ppv (1 - R*)/(R* N0)
    ratio = (0.5 * 0.8**0.5) / (0.5 * f0**0.5)
    assert ratio == pytest.approx(7)
    assert chosen.by_class["refund"] == pytest.approx(7 * chosen.by_class["other"])
    assert chosen.by_class["cancel"] == pytest.approx(chosen.by_class["other"])
    assert chosen.by_class["other"] == pytest.approx(40 / (7 * 20 + 980))


def test_a_class_that_took_the_misses_offline_is_looked_into_oftener_and_all_others_still_are() -> None:
    chosen = class_chances([Wanted("refund", 0.8, {"cancel": 18})], TRAFFIC, 40, LEAST)

    # .8 x 18/20 = .72 of 16 misses among 180, the rest like the traffic: 16 (.72/180 + .28/980) and 16 x .28/980
    cancel, other = 16 * (0.72 / 180 + 0.28 / 980), 16 * 0.28 / 980
    assert chosen.by_class["cancel"] / chosen.by_class["other"] == pytest.approx((cancel / other) ** 0.5)
    assert expected_draws(chosen, TRAFFIC) == pytest.approx(40)


def test_two_misses_are_trusted_half_as_much_as_very_many() -> None:
    few, many = (holdings([Wanted("refund", 0.8, {"cancel": n})], TRAFFIC).shares for n in (2, 1e9))
    even = holdings([Wanted("refund", 0.8)], TRAFFIC).shares

    assert few == pytest.approx((many + even) / 2)


def test_misses_that_went_to_the_intent_itself_or_where_nothing_is_predicted_say_nothing() -> None:
    odd = class_chances([Wanted("refund", 0.8, {"refund": 9, "gone": 9})], TRAFFIC, 40, LEAST)

    assert odd == class_chances([Wanted("refund", 0.8)], TRAFFIC, 40, LEAST)


def test_a_class_that_the_traffic_lacks_has_the_chance_of_the_rest() -> None:
    chosen = class_chances([Wanted("refund", 0.8, {"cancel": 18})], TRAFFIC, 40, LEAST)

    assert chosen.other == pytest.approx(chosen.by_class["other"])
    assert chosen.of(["other", "new"]) == pytest.approx([chosen.other] * 2)


def test_of_several_intents_every_class_serves_all_and_the_rest_most() -> None:
    two = class_chances(
        [Wanted("refund"), Wanted("cancel")], {"refund": 20, "cancel": 20, "x": 960}, 40, 0.001
    )
    one = class_chances([Wanted("refund")], {"refund": 20, "cancel": 20, "x": 960}, 40, 0.001)

    # The rest holds as much of each: its gain grows by the root of 2, and that of an own class by a hair.
    assert two.by_class["refund"] == pytest.approx(two.by_class["cancel"])
    assert two.by_class["refund"] / two.by_class["x"] == pytest.approx(
        ((0.8 + 16 / 980) / (2 * 16 / 980)) ** 0.5
    )
    assert one.by_class["refund"] / one.by_class["x"] == pytest.approx((0.8 / (16 / 980)) ** 0.5)


def test_an_intent_of_more_weight_gets_the_larger_part() -> None:
    traffic = {"refund": 20, "cancel": 20, "x": 960}
    chosen = class_chances([Wanted("refund", weight=9), Wanted("cancel")], traffic, 40, LEAST)

    assert chosen.by_class["refund"] > 2.5 * chosen.by_class["cancel"]


def test_an_intent_that_was_never_predicted_is_looked_for_among_the_others() -> None:
    chosen = class_chances([Wanted("refund")], {"other": 1000}, 40, LEAST)

    assert chosen.by_class["refund"] > chosen.by_class["other"] == pytest.approx(0.04)


def test_without_an_intent_to_watch_every_ticket_has_the_same_chance() -> None:
    assert class_chances([], TRAFFIC, 40, LEAST) == ClassChances(dict.fromkeys(TRAFFIC, 0.04), 0.04)
    assert class_chances([], {}, 40, LEAST) == ClassChances({}, LEAST)


def test_a_budget_below_the_smallest_chance_of_all_is_exceeded_and_one_beyond_all_takes_all() -> None:
    everything = class_chances([Wanted("refund")], TRAFFIC, 5000, 0.01)
    least = class_chances([Wanted("refund")], TRAFFIC, 1, 0.01)

    assert set(everything.by_class.values()) == {1.0}
    assert set(least.by_class.values()) == {0.01}


@given(
    st.lists(st.floats(0, 1e4), min_size=2, max_size=20),
    st.floats(0.1, 500),
    st.floats(1e-6, 1),
    st.data(),
)
def test_chances_sum_to_the_budget_wherever_the_smallest_and_one_allow_it(
    sizes: list[float], budget: float, least: float, data: st.DataObject
) -> None:
    traffic = {f"i{at}": size for at, size in enumerate(sizes)}
    names = data.draw(st.sets(st.sampled_from(sorted(traffic)), min_size=1))
    chosen = class_chances([Wanted(name) for name in sorted(names)], traffic, budget, least)

    total = sum(sizes)
    assert all(least <= chance <= 1 for chance in chosen.by_class.values())
    assert expected_draws(chosen, traffic) == pytest.approx(min(max(budget, least * total), total), abs=1e-6)


def test_where_nothing_is_to_be_gained_only_the_base_is_spent() -> None:
    chances, k = spread(np.zeros(3), budget=2, least=0.1)

    assert chances.tolist() == [0.1] * 3
    assert k == 0
