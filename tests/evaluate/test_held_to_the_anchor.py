"""`judge.promise: anchor`: a model is held to its offline number, less chance; the switch begins the bet anew."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.worlds import World


def world_of(engine: Engine, **judge: Any) -> World:  # noqa: ANN401
    world = World(engine, judge=judge, watch={"intents": ["erasure", "export"]})
    world.anchor(erasure=(0.9, 200), export=(0.8, 200))
    return world


def switched(world: World, promise: str) -> None:
    judge = world.settings.judge.model_copy(update={"promise": promise})
    world.settings = world.settings.model_copy(update={"judge": judge})
    world.evaluate()


def test_the_floor_is_the_anchor_less_chance_whatever_the_drop(engine: Engine) -> None:
    world = world_of(engine, promise="anchor", drop=0.2)
    world.outcomes("erasure", "h" * 3)
    world.evaluate()
    assert world.cell("erasure").held.floor == pytest.approx(0.88)


def test_a_fall_that_was_tolerated_pages(engine: Engine) -> None:
    world = world_of(engine)
    world.outcomes("erasure", "hhhhm" * 100)  # .80 of .90: just at the floor
    world.evaluate()
    assert world.kinds() == []
    switched(world, "anchor")
    assert world.kinds() == ["opened"]


def test_switching_bets_anew_and_back(engine: Engine) -> None:
    world = world_of(engine)
    world.outcomes("erasure", "hhhhhm" * 8)
    world.evaluate()
    before, bet = world.cell("erasure").held, world.cell("erasure").bet.detector
    switched(world, "anchor")
    held, anew = world.cell("erasure").held, world.cell("erasure").bet.detector
    assert bet is not None
    assert anew is not None
    assert anew.outcomes == bet.outcomes == 48
    assert anew.evidence > bet.evidence
    assert held.income == before.income
    assert (before.to_number, held.to_number) == (False, True)
    assert len(set(anew.wealth.ratios.tolist())) == 4
    switched(world, "floor")
    back = world.cell("erasure").bet.detector
    assert back is not None
    assert back.dumps() == bet.dumps()


def test_a_group_is_held_to_its_members_numbers_too(engine: Engine) -> None:
    world = world_of(engine, promise="anchor", groups_share=0.5)
    world.outcomes("erasure", "h" * 3)
    world.evaluate()
    group = world.cell("__group__:rare").held
    assert group.members is not None
    assert group.members.drop == 0.02
