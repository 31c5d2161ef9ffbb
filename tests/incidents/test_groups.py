"""A group pages: twenty rare intents fall together, and none of them has labels enough to be judged alone."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.telling.members import MemberFacts
from tests.stored import NOON, TICKETS
from tests.worlds import World

INTENTS = [f"rare_{number:02}" for number in range(20)]
BROKE_ON = 60  # of the days


def days(world: World, recall_of: dict[str, float], begin: int, seed: int) -> Iterator[int]:
    """Day after day, half a label of each intent; the day it is."""
    dice = Random(seed)
    for day in range(begin, begin + 60):
        for intent in INTENTS:
            if dice.random() < 0.5:
                hit = dice.random() < (recall_of[intent] if day >= BROKE_ON else 0.8)
                world.outcomes(intent, "h" if hit else "m", at=24 * day, hours=24 * day)
        if day % 2:
            world.evaluate(NOON + timedelta(days=day + 1, hours=1))
            yield day


@pytest.fixture
def broken(engine: Engine) -> World:
    """Broken on day 60, and paged since."""
    world = World(engine, anchor={"treat_as": "estimate"}, judge={"groups_share": 0.5})
    world.anchor(TICKETS, **dict.fromkeys(INTENTS, (0.8, 40)))
    recalls = dict.fromkeys(INTENTS, 0.5) | {"rare_03": 0.1}
    for day in days(world, recalls, 30, seed=1):
        if "opened" in world.kinds():
            assert BROKE_ON < day < BROKE_ON + 28
            return world
    raise AssertionError("nobody was paged")


def member_of(world: World) -> MemberFacts:
    (incident,) = IncidentRecords(world.engine).all()
    (member,) = incident.members
    return member


def test_a_group_pages_while_each_of_its_members_is_blind(broken: World) -> None:
    statuses = StatusStore(broken.engine).cells()
    judged = {str(status.state.cell): status.state.judgement for status in statuses}
    assert judged.pop("group rare").verdict is Verdict.DEGRADED
    assert {each.coverage for each in judged.values()} == {Coverage.BLIND}
    assert Verdict.DEGRADED not in {each.verdict for each in judged.values()}
    assert str(statuses[0].state.cell) == "group rare"  # the first of its model

    assert broken.kinds().count("opened") == 1
    member = member_of(broken)
    assert str(member.cell) == "group rare"
    assert member.offline.value == pytest.approx(0.8)
    assert 0.65 < member.floor < 0.70
    assert member.recent.value < member.floor
    assert member.together is not None
    assert member.together.size == 20
    assert member.together.alone is None


def test_its_page_names_the_worst_members_first(broken: World) -> None:
    together = member_of(broken).together
    assert together is not None
    evidence = [worst.evidence for worst in together.worst]
    assert evidence == sorted(evidence, reverse=True)
    assert evidence[0] > 1
    assert len(together.worst) == 5
    assert "rare_03" in [worst.intent for worst in together.worst]
    (third,) = (worst for worst in together.worst if worst.intent == "rare_03")
    assert third.recent.value < 0.5
    assert third.offline == 0.8
