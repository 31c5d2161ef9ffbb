"""Which cells may page, under which share of the budget, and from when on."""

from datetime import timedelta

import pytest

from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.planning import FirstLabelsIn, NewlyWatched
from monitor.domain.judging.watching import FewExamples, Listed, SmallShare
from monitor.domain.slices.cells import Cell
from monitor.evaluate.evaluate import Evaluation
from tests.stored import NOON, TICKETS, rows
from tests.worlds import NewWorld, World


def test_an_intent_without_a_promise_is_unanchored_and_never_pages(new_world: NewWorld) -> None:
    world = new_world(watch={"intents": ["*"]}, slices=({"name": "channel", "against": "intent"},))
    world.outcomes("refund", "m" * 30, slices={"channel": "email"})
    world.evaluate()
    world.anchor(cancel=(0.88, 40))
    world.outcomes("refund", "m" * 30, slices={"channel": "email"})
    world.evaluate()

    assert world.cell("refund").judgement.verdict is Verdict.UNANCHORED
    assert world.cell("refund", "channel=email").judgement.verdict is Verdict.UNANCHORED
    assert world.cell("refund").labels.tally.misses == 60
    assert world.kinds() == []


def test_few_anchor_examples_or_little_traffic_or_the_list_make_an_intent_watched(
    new_world: NewWorld,
) -> None:
    world = new_world(watch={"intents": ["listed"]})
    world.anchor(few=(0.9, 59), enough=(0.9, 60), seldom=(0.9, 400), listed=(0.9, 400))
    world.outcomes("enough", "h" * 95)
    world.outcomes("seldom", "hh")
    world.evaluate()
    assert {intent: world.cell(intent).held.watched for intent in ("few", "enough", "seldom", "listed")} == {
        "few": FewExamples(59, fewer_than=60),
        "enough": None,
        "seldom": None,  # 2 of 97: shares say nothing before 100 outcomes
        "listed": Listed(),
    }

    world.outcomes("enough", "hhh")
    world.evaluate()
    assert world.cell("seldom").held.watched == SmallShare(0.02, less_than=0.03)

    world.outcomes("seldom", "h" * 50)
    world.evaluate()
    # Its share of the budget is spoken for.
    assert world.cell("seldom").held.watched == SmallShare(0.02, less_than=0.03)


def test_an_intent_that_is_not_watched_is_measured_and_never_pages(world: World) -> None:
    world.anchor(refund=(0.88, 400))
    world.outcomes("refund", "m" * 40)
    world.evaluate()

    assert world.cell("refund").held.watched is None
    assert world.cell("refund").judgement.verdict is Verdict.DEGRADED
    assert world.kinds() == []


def test_the_budget_is_shared_frozen_and_planned_again_only_upwards(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.evaluate()
    # 10 labels a day are 3,650 a year; a budget of one false page a year, all of it this cell's.
    assert world.cell("erasure").held.threshold == 3650.0

    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.evaluate()
    assert (world.cell("erasure").held.threshold, world.cell("export").held.threshold) == (7300.0, 7300.0)

    generous = World(world.engine, judge={"false_pages_per_year": 100})
    generous.evaluate()
    world.anchor(erasure=(0.88, 38))
    generous.evaluate()
    assert world.cell("erasure").held.threshold == 7300.0
    assert world.plans() == [NewlyWatched(Cell(TICKETS, intent)) for intent in ("erasure", "export")]
    assert rows(world.engine, "SELECT plan FROM budget_plan ORDER BY id DESC LIMIT 1") == [
        ('{"tickets v7 (prod): erasure":[7300.0,0.5],"tickets v7 (prod): export":[7300.0,0.5]}',)
    ]


@pytest.mark.parametrize(("a_day", "threshold"), [(20, 7300.0), (5, 3650.0)])
def test_after_fourteen_days_of_labels_traffic_takes_the_place_of_the_guess_but_never_lowers_it(
    world: World, a_day: int, threshold: float
) -> None:
    world.anchor(erasure=(0.88, 38))
    for day in range(14):
        world.outcomes("erasure", "h" * a_day, hours=24 * day)
    world.evaluate(NOON + timedelta(days=14))
    assert world.cell("erasure").held.rate_from == "configuration"

    world.outcomes("erasure", "h" * a_day, hours=24 * 14)
    world.evaluate(NOON + timedelta(days=15))
    assert world.cell("erasure").held.rate_from == "traffic"
    assert (
        world.cell("erasure").held.outcomes_per_year == threshold
    )  # a budget of one page, all of it this cell's
    assert world.cell("erasure").held.threshold == threshold
    world.outcomes("erasure", "h" * 1_000, hours=24 * 15)
    world.evaluate(NOON + timedelta(days=16))
    assert world.cell("erasure").held.threshold == threshold
    assert world.plans()[1:] == [FirstLabelsIn(TICKETS, days=14)]


def test_outcomes_from_before_the_activation_count(world: World) -> None:
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    assert world.kinds() == []

    world.anchor(erasure=(0.88, 38))
    assert world.evaluate() == Evaluation(cells=1, notices=1)
    assert world.kinds() == ["opened"]


def test_another_anchor_starts_the_bet_afresh_over_all_outcomes(new_world: NewWorld) -> None:
    world, straight = new_world(), new_world()
    for each in (world, straight):
        each.outcomes("erasure", "hmhhm" * 3)
    world.anchor(erasure=(0.95, 38))
    world.evaluate()
    world.anchor(erasure=(0.88, 38))
    world.evaluate()
    straight.anchor(erasure=(0.88, 38))
    straight.evaluate()

    again, once = world.cell("erasure").bet.detector, straight.cell("erasure").bet.detector
    assert again is not None
    assert once is not None
    assert again.dumps() == once.dumps()


def test_a_promise_too_low_to_be_broken_is_blind_and_not_watched(world: World) -> None:
    world.anchor(erasure=(0.15, 38))
    world.outcomes("erasure", "m" * 50)
    world.evaluate()

    cell = world.cell("erasure")
    assert (cell.judgement.verdict, cell.held.watched, cell.bet.detector) == (Verdict.BLIND, None, None)
    assert world.kinds() == []
