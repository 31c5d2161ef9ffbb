"""Plans: one formula for what is foretold and what is judged, and designs that need as many labels as they do."""

import math

import pytest

from monitor.domain.detection.detectability import days_to_page
from monitor.domain.events.types import Design
from monitor.domain.sampling.foretold import Reached, days_to_notice, labels_per_day, times_as_many
from monitor.domain.sampling.plan import DESIGNS, IN_TIME, alone, label_plan, together, typical_days
from monitor.domain.sampling.reach import reached
from tests.domain.sampling.planned import ERASURE, EXPORT, MONEY, TRAFFIC

LEAST = 0.002


def test_an_intents_tickets_are_those_that_are_found_and_those_that_are_missed() -> None:
    assert ERASURE.tickets == pytest.approx(22 * 0.8 / 0.88)
    half = Reached(0.5, [(0.1, 0.25), (0.2, 0.75)])
    # 20 tickets: .39 of them at .5, and .61 at a quarter of .1 and three of .2
    assert labels_per_day(ERASURE, half) == pytest.approx(20 * (0.39 * 0.5 + 0.61 * 0.175))


def test_uniform_labels_are_foretold_by_the_formula_that_judges_cells() -> None:
    even = Reached(0.02, [(0.02, 1.0)])
    assert days_to_notice(ERASURE, even, Design.UNIFORM) == days_to_page(MONEY, 0.78, 20 * 0.02, 0.39)


def test_labels_of_one_chance_are_foretold_alike_by_every_design() -> None:
    even = Reached(0.02, [(0.02, 1.0)])
    uniform = days_to_notice(ERASURE, even, Design.UNIFORM)
    for design in (Design.BY_PREDICTION, Design.BY_SCORE):
        assert days_to_notice(ERASURE, even, design) == pytest.approx(uniform, rel=0.02)


def test_what_is_no_fall_or_has_no_tickets_is_never_seen() -> None:
    even = Reached(0.02, [(0.02, 1.0)])
    for never in (
        ERASURE._replace(fallen=0.78),
        ERASURE._replace(own=0.0),
        ERASURE._replace(money_per_day=0),
    ):
        for design in DESIGNS:
            assert days_to_notice(never, even, design) == math.inf
            assert times_as_many(never, even, design, 14) == math.inf


@pytest.mark.parametrize("design", DESIGNS)
def test_with_the_labels_that_an_intent_needs_alone_it_is_seen_in_time_and_with_fewer_it_is_not(
    design: Design,
) -> None:
    (needed,) = alone([ERASURE], TRAFFIC, design, 14)
    enough, fewer = (
        days_to_notice(ERASURE, reached([ERASURE], [1.0], TRAFFIC, budget, design, 1e-9)[0], design)
        for budget in (needed, 0.9 * needed)
    )

    assert enough == pytest.approx(14, rel=0.02)
    assert fewer > 15


def test_by_class_half_of_uniform_labels_do_and_by_score_a_third() -> None:
    uniform, by_class, by_score = (alone([ERASURE], TRAFFIC, design, 14)[0] for design in DESIGNS)

    assert by_class < 0.55 * uniform  # its misses go to two classes of a fifth of the traffic
    assert by_score < 0.33 * uniform


def test_scores_that_tell_nothing_need_more_labels_than_by_class_and_better_ones_fewer() -> None:
    needed = [alone([ERASURE], TRAFFIC, Design.BY_SCORE, 14, auc)[0] for auc in (0.5, 0.8, 0.95, 0.99)]

    assert needed == sorted(needed, reverse=True)
    assert needed[0] > alone([ERASURE], TRAFFIC, Design.BY_PREDICTION, 14)[0]


def test_an_intent_of_too_few_tickets_needs_infinitely_many_labels() -> None:
    rare = ERASURE._replace(own=0.2)
    assert alone([rare], {**TRAFFIC, "erasure": 0.2}, Design.UNIFORM, 14) == [math.inf]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_budget_is_kept_and_no_chance_is_below_the_smallest(design: Design) -> None:
    kinds = reached([ERASURE, EXPORT], [1.0, 1.0], TRAFFIC, 100, design, LEAST)

    for intent, kind in zip((ERASURE, EXPORT), kinds, strict=True):
        assert sum(share for _, share in kind.misses) == pytest.approx(1)
        assert min([kind.hits, *(chance for chance, _ in kind.misses)]) >= LEAST
        assert intent.own * kind.hits < 100


def test_one_ticket_serves_both_so_together_they_need_less_than_each_for_itself() -> None:
    single = sum(alone([ERASURE, EXPORT], TRAFFIC, Design.BY_PREDICTION, 14))
    both = together([ERASURE, EXPORT], TRAFFIC, 0.75 * single, Design.BY_PREDICTION, 14, LEAST)

    assert both.in_time(14) == 2


def test_a_budget_for_one_intent_is_spent_on_the_one_that_it_does_for() -> None:
    needed = alone([ERASURE, EXPORT], TRAFFIC, Design.BY_PREDICTION, 14)
    split = together([ERASURE, EXPORT], TRAFFIC, 1.05 * needed[0], Design.BY_PREDICTION, 14, LEAST)

    assert split.in_time(14) == 1
    assert split.intents[0].days < 14 * IN_TIME < split.intents[1].days
    assert split.intents[0].weight > 100 * split.intents[1].weight


def test_where_none_can_be_seen_in_time_the_slowest_is_seen_as_soon_as_can_be() -> None:
    split = together([ERASURE, EXPORT], TRAFFIC, 40, Design.BY_PREDICTION, 14, LEAST)
    even = typical_days([EXPORT], TRAFFIC, [40], Design.BY_PREDICTION, LEAST)[0]

    assert split.in_time(14) == 0
    assert even < max(each.days for each in split.intents) < 1.5 * even


def test_without_a_budget_a_plan_has_as_few_labels_as_see_every_fall_in_time() -> None:
    plan = label_plan([ERASURE, EXPORT], TRAFFIC, 14, LEAST, None)

    for each in plan.plans:
        assert each.in_time(14) == 2
        fewer = together([ERASURE, EXPORT], TRAFFIC, 0.9 * each.per_day, each.design, 14, LEAST)
        assert fewer.in_time(14) < 2


def test_the_slower_intent_is_given_more_than_its_share_until_both_are_about_as_slow() -> None:
    even = reached([ERASURE, EXPORT], [1.0, 1.0], TRAFFIC, 100, Design.BY_SCORE, LEAST)
    alike = [days_to_notice(*pair, Design.BY_SCORE) for pair in zip((ERASURE, EXPORT), even, strict=True)]
    split = together([ERASURE, EXPORT], TRAFFIC, 100, Design.BY_SCORE, 5, LEAST)

    assert alike[1] > 1.25 * alike[0]
    assert split.intents[1].days < 1.1 * split.intents[0].days
    assert split.intents[1].weight > 2 * split.intents[0].weight


def test_where_no_number_of_labels_does_a_plan_has_them_all() -> None:
    rare = ERASURE._replace(own=0.2)
    plan = label_plan([rare], {**TRAFFIC, "erasure": 0.2}, 14, LEAST, None)

    assert {each.per_day for each in plan.plans} == {plan.traffic}


def test_half_of_the_falls_are_seen_sooner_with_more_labels() -> None:
    for design in DESIGNS:
        days = typical_days([ERASURE, EXPORT], TRAFFIC, [20, 100, 500], design, LEAST)
        assert days == sorted(days, reverse=True)
