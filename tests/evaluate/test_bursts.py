"""An evaluation finds out whether one customer's tickets miss together, and says so."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.recall.intervals import confidence_sequence
from monitor.review.status import overview
from reports.tables.status import status_view
from tests.evaluate.bursts import send
from tests.stored import NOON, TICKETS
from tests.worlds import World

ALIKE = ("mmm", "hhh", "hhh", "hhh")
EVENLY = ("mhh", "hmh", "hhm", "hhh")


@pytest.fixture
def found(engine: Engine) -> World:
    """A world on either database that was judged after twenty days of customers whose tickets miss together."""
    world = World(engine)
    world.anchor(erasure=(0.8, 500))
    for day in range(20):
        send(world, day, *ALIKE)
    world.evaluate(NOON + timedelta(days=22))
    return world


def notes(world: World) -> str:
    view = status_view(
        overview(StatusStore(world.engine), IncidentRecords(world.engine), world.settings, "here.db")
    )
    return "\n".join(line for block in view.blocks for line in block.notes)


def test_misses_that_come_together_are_found_and_told(found: World) -> None:
    (seen,) = StatusStore(found.engine).clustered().values()
    assert (seen.tickets, seen.bursts, seen.at_a_time, seen.icc) == (240, 80, 3.0, 1.0)
    assert seen.since == NOON + timedelta(days=22)
    assert (
        "tickets v7 (prod): tickets of one customer miss together (ICC 1.00, 3.0 of a day's at a time):"
        " 3.0 of them say as much as one, and count as one in the intervals shown; bet once per customer and day"
        in notes(found)
    )


def test_as_many_misses_spread_evenly_are_not(world: World) -> None:
    world.anchor(erasure=(0.8, 500))
    for day in range(20):
        send(world, day, *EVENLY)
    world.evaluate(NOON + timedelta(days=22))
    assert StatusStore(world.engine).clustered() == {}
    assert "one customer" not in notes(world)


def test_once_found_it_stays_for_the_version(found: World) -> None:
    for day in range(22, 122):
        send(found, day, *EVENLY)
    found.evaluate(NOON + timedelta(days=125))
    (seen,) = StatusStore(found.engine).clustered().values()
    assert (seen.icc, seen.since) == (0.0, NOON + timedelta(days=22))


def test_it_is_looked_at_once_a_day_and_only_where_labels_came(
    found: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.evaluate.bursts.clustering", lambda _: pytest.fail("looked again"))
    found.evaluate(NOON + timedelta(days=30))
    send(found, 22, *ALIKE)
    found.evaluate(NOON + timedelta(days=22, hours=3))


def test_customers_of_different_intents_are_compared_within_each(world: World) -> None:
    world.anchor(erasure=(0.8, 500), refund=(0.8, 500))
    for day in range(20):
        send(world, day, "hhh", "hhh")
        send(world, day, "mmm", "mmm", intent="refund")
    world.evaluate(NOON + timedelta(days=22))
    assert StatusStore(world.engine).clustered() == {}
    assert world.cell("refund", model=TICKETS).labels.tally.misses == 120


def test_the_intervals_shown_count_so_many_of_them_as_one(found: World) -> None:
    labels = found.cell("erasure").labels
    hits, misses = labels.tally.hits, labels.tally.misses
    assert (labels.design_effect, hits + misses) == (3.0, 240)
    assert labels.reading.interval == confidence_sequence(hits / 3, misses / 3)


def test_where_it_is_off_each_ticket_counts(engine: Engine) -> None:
    world = World(engine, judge={"clustered": "off"})
    world.anchor(erasure=(0.8, 500))
    for day in range(20):
        send(world, day, *ALIKE)
    world.evaluate(NOON + timedelta(days=22))
    assert world.cell("erasure").labels.design_effect == 1.0
    assert "3.0 of them say as much as one, and the intervals shown count each" in notes(world)
