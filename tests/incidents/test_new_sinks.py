"""A sink that is configured while an incident stands hears of it, once; nobody else hears of it again."""

from datetime import timedelta

from sqlalchemy import Engine

from tests.incidents.falls import HOUR, broken
from tests.stored import NOON, rows
from tests.worlds import World

NIGHT, DAY = {"kind": "terminal", "name": "night"}, {"kind": "terminal", "name": "day"}
LATER = NOON + 50 * HOUR


def told(world: World) -> list[tuple[str, str]]:
    return [
        (kind, sink)
        for kind, sink in rows(world.engine, "SELECT kind, sink FROM notification ORDER BY number")
    ]


def one_broken(engine: Engine) -> World:
    world = World(engine, sinks=[NIGHT])
    world.anchor(erasure=(0.9, 40))
    broken(world)
    assert told(world) == [("incident.opened", "night")]
    return world


def test_a_new_sink_hears_of_what_stands_once(engine: Engine) -> None:
    one_broken(engine)
    both = World(engine, sinks=[NIGHT, DAY])
    for hours in range(3):
        both.evaluate(LATER + hours * HOUR)
    assert told(both) == [("incident.opened", "night"), ("incident.opened", "day")]


def test_it_is_told_though_retention_dropped_what_others_were_sent_and_not_again(engine: Engine) -> None:
    one_broken(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM notification")
    both = World(engine, sinks=[NIGHT, DAY])
    both.evaluate(LATER)
    assert told(both) == [("incident.opened", "day")]
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM notification")
    both.evaluate(LATER + HOUR)
    assert told(both) == []


def test_a_sink_hears_by_its_routes_only(engine: Engine) -> None:
    one_broken(engine)
    routes = [{"sinks": ["day"], "intents": ["refund"]}, {"sinks": ["night"], "intents": ["erasure"]}]
    both = World(engine, sinks=[NIGHT, DAY], routes=routes)
    both.evaluate(LATER)
    assert told(both) == [("incident.opened", "night")]


def test_what_is_over_or_silenced_is_not_told(engine: Engine) -> None:
    world = one_broken(engine)
    world.outcomes("erasure", "h" * 80)
    world.evaluate(NOON + 49 * HOUR)
    both = World(engine, sinks=[NIGHT, DAY])
    both.evaluate(NOON + timedelta(days=3))
    assert [sink for _, sink in told(both)] == ["night", "night"]
