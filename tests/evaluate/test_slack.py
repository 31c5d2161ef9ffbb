"""`labels.slip_rate`: the floor allows for wrong labels, is found seldom, and stays while a page stands."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from monitor.domain.judging.judge import Verdict
from monitor.domain.labelling.slack import slack_by_examples, slack_by_labels
from tests.stored import NOON, label, prediction, take
from tests.worlds import LATER, World


def world_of(engine: Engine, rate: float = 0.01, **more: Any) -> World:  # noqa: ANN401
    world = World(engine, labels={"slip_rate": rate}, watch={"intents": ["erasure"]}, **more)
    world.anchor(erasure=(0.88, 100), how_to=(0.9, 300), bug=(0.9, 100))
    return world


def floor_after(world: World, pattern: str, others: int = 0) -> float:
    if others:
        world.outcomes("how_to", "h" * others)
    world.outcomes("erasure", pattern)
    world.evaluate()
    floor = world.cell("erasure").held.floor
    assert floor is not None
    return floor


def test_the_floor_goes_by_the_examples_and_then_by_the_labels_as_they_double(engine: Engine) -> None:
    world = world_of(engine)
    # A fifth of the examples; then 10 of 210 labels, and 20 of 420.
    assert floor_after(world, "h" * 9, others=200) == slack_by_examples(0.01, 0.2, 0.0).under(0.78)
    by_ten = slack_by_labels(0.01, 10, 210, 0.0).under(0.78)
    assert floor_after(world, "h") == by_ten
    assert floor_after(world, "h" * 9, others=200) == by_ten
    assert floor_after(world, "h") == slack_by_labels(0.01, 20, 420, 0.0).under(0.78) > by_ten
    bet = world.cell("erasure").bet.detector
    assert bet is not None
    assert bet.outcomes == 20  # made anew, from the first label on


def test_tickets_of_others_that_are_predicted_as_the_intent_raise_it(engine: Engine) -> None:
    world = world_of(engine)
    world.outcomes("erasure", "h" * 10)
    take(
        world.store,
        *(prediction(f"b{n}", "erasure") for n in range(50)),
        *(label(f"b{n}", "bug") for n in range(50)),
    )
    assert floor_after(world, "", others=150) == slack_by_labels(0.01, 10, 210, 0.25).under(0.78)


def test_while_a_page_stands_its_floor_does(engine: Engine) -> None:
    world = world_of(engine)
    floor = floor_after(world, "h" * 2 + "m" * 18, others=60)
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED
    assert floor_after(world, "m" * 30, others=100) == floor


def test_without_a_rate_nothing_changes_to_the_last_bit(engine: Engine) -> None:
    world = world_of(engine, 0.0)
    assert floor_after(world, "h" * 12 + "m" * 8, others=100) == 0.78
    assert world.cell("erasure").held.slack is None


def test_a_rate_that_is_taken_back_gives_the_floor_back(engine: Engine) -> None:
    world = world_of(engine)
    assert floor_after(world, "h" * 12, others=100) < 0.78
    world.settings = world.settings.model_copy(
        update={"labels": world.settings.labels.model_copy(update={"slip_rate": 0.0})}
    )
    assert floor_after(world, "h") == 0.78


def test_slips_that_would_have_paged_do_not(engine: Engine) -> None:
    slipped = "hhm" * 20  # two of three right, as half a per cent of the others slip
    world = world_of(engine, 0.005)
    for _ in range(4):
        floor_after(world, slipped[:15], others=600)
    assert world.kinds() == []
    assert world.cell("erasure").held.floor == pytest.approx(0.5, abs=0.15)


def test_a_group_allows_for_slips_too_and_keeps_its_money(engine: Engine) -> None:
    world = world_of(
        engine, judge={"groups_share": 0.5}, groups=[{"name": "all", "intents": ["erasure", "bug"]}]
    )
    world.outcomes("how_to", "h" * 400)
    before = None
    for round_ in range(4):
        world.outcomes("bug", "hhhm" * 4)
        world.outcomes("erasure", "hhhm" * 2)
        world.evaluate(NOON + LATER * (1 + round_))
        group = world.cell("__group__:all")
        assert group.held.members is not None
        assert group.held.members.slip_rate == 0.01
        assert group.held.floor is not None
        assert group.held.floor < 0.76  # .78 and .80 without slips
        assert group.held.had_money
        if before is not None and group.held.income is not None:
            assert group.held.income == before
        before = group.held.income
    assert group.bet.detector is not None
    assert group.bet.detector.outcomes == 96
    assert msgspec.json.decode(msgspec.json.encode(group.held.members), type=type(group.held.members))
