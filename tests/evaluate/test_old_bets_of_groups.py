"""A group whose money was all bet on the mean: its bet is made again on both, but a page that stands, stands."""

import json
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, text

from connectors.sql.database import writing
from connectors.sql.migrate import config, upgrade
from monitor.evaluate import replay as replaying
from tests.evaluate.grouped import JUDGE, assert_same_bits, cells_of, detector_of
from tests.stored import NOON, rows
from tests.worlds import NewWorld, World

CHECKPOINTS = "SELECT count(*) FROM checkpoint c JOIN cell ON cell.id = c.cell_id WHERE intent LIKE '%group%'"


def as_it_was(engine: Engine) -> None:
    """Groups' bets as they were stored before, and bet as they were: all of the money on the mean."""
    with writing(engine) as connection:
        command.downgrade(config(connection), "0017")
        for cell, stored in connection.execute(
            text("SELECT id, detector FROM cell WHERE intent LIKE '%group%'")
        ).all():
            bet: list[Any] = json.loads(stored)[:9]
            bet[0]["ratios"] = [2 * ratio for ratio in bet[0]["ratios"]]
            connection.execute(
                text("UPDATE cell SET detector = :bet, replay = :no WHERE id = :cell"),
                {"bet": json.dumps(bet), "no": False, "cell": cell},
            )
    upgrade(engine)


def lived(world: World, pattern: str) -> World:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    for day in range(4):
        world.outcomes("erasure", pattern, hours=24 * day)
        world.outcomes("export", pattern, hours=24 * day)
    world.evaluate(NOON + timedelta(days=4))
    return world


@pytest.fixture(autouse=True)
def _checkpoints_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "CHECKPOINT_EVERY", 5)


def test_a_healthy_groups_bet_is_made_again(engine: Engine, new_world: NewWorld) -> None:
    world, right = lived(World(engine, judge=JUDGE), "hhmh"), lived(new_world(judge=JUDGE), "hhmh")
    as_it_was(engine)
    assert rows(engine, CHECKPOINTS) == [(0,)]
    assert detector_of(cells_of(world)["group rare"]).starts is None
    for each in (world, right):
        each.outcomes("export", "hm", hours=24 * 5)
        each.evaluate(NOON + timedelta(days=6))

    assert_same_bits(cells_of(world)["group rare"], cells_of(right)["group rare"])


def test_a_page_that_stands_stands_and_what_follows_its_recovery_is_bet_on_both(engine: Engine) -> None:
    world = lived(World(engine, judge=JUDGE), "mmmm")
    page = detector_of(cells_of(world)["group rare"]).paged
    assert page is not None
    as_it_was(engine)
    world.outcomes("export", "m", hours=24 * 5)
    world.evaluate(NOON + timedelta(days=6))
    assert detector_of(cells_of(world)["group rare"]).paged == page

    world.outcomes("export", "h" * 90, hours=24 * 6)
    world.outcomes("export", "hmhmh", hours=24 * 7)
    world.evaluate(NOON + timedelta(days=8))
    after = detector_of(cells_of(world)["group rare"])
    assert after.paged is None
    assert after.starts is not None
    assert after.some_evidence > 0
