"""Which tickets a second person should read: where two differ, then misses that would tell most, each once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine

from connectors.sql.labels.disputed import DisputedTickets
from monitor.domain.events.types import Kind
from monitor.labels.disputed import NEWEST, PILOT, disputed
from monitor.labels.ports.disputed import Disputed
from tests.stored import SHADOW, label, prediction, take
from tests.worlds import World


def world_of(engine: Engine, **more: Any) -> World:  # noqa: ANN401
    world = World(engine, watch={"intents": ["erasure"]}, **more)
    world.anchor(erasure=(0.88, 100), refund=(0.9, 300))
    return world


def first(world: World, pattern: str, by: str = "ann", **changes: Any) -> list[str]:  # noqa: ANN401
    names = world.outcomes("erasure", pattern, annotator=by, **changes)
    return [name for name, letter in zip(names, pattern, strict=True) if letter == "m"]


def second(world: World, names: Iterable[str], intent: str, **changes: Any) -> None:  # noqa: ANN401
    reads = {"annotator": "bob", "hours": 1, "label_id": None, **changes}
    take(
        world.store, *(label(n, intent, **{**reads, "label_id": f"{n} {reads['annotator']}"}) for n in names)
    )


def found(world: World, limit: int = 50) -> list[Disputed]:
    world.evaluate()
    states = [world.cell("erasure"), world.cell("refund")]
    return disputed(DisputedTickets(world.engine), states, limit)


def told(tickets: Iterable[Disputed]) -> list[tuple[str, str]]:
    return [(each.ticket.prediction_id, each.why.value) for each in tickets]


def test_where_two_people_differ_comes_first_unless_somebody_decided(engine: Engine) -> None:
    world = world_of(engine)
    misses = first(world, "h" * 40 + "mmm")
    second(world, misses[:2], "other")
    second(world, misses[1:2], "erasure", annotator="judge", kind=Kind.ADJUDICATED)
    assert told(found(world)) == [(misses[0], "differ"), (misses[2], "unconfirmed")]
    (ticket, _, _) = found(world)[0]
    assert [(each.intent, each.annotator) for each in ticket.labels] == [("erasure", "ann"), ("other", "bob")]


def test_two_who_agree_are_enough(engine: Engine) -> None:
    world = world_of(engine)
    second(world, first(world, "h" * 40 + "mm"), "erasure")
    assert found(world) == []


def test_misses_of_a_page_come_before_those_of_a_suspicion_and_the_newest_first(engine: Engine) -> None:
    world = world_of(engine)
    misses = first(world, "hhhh" + "m" * 12)
    assert [why for _, why in told(found(world))] == ["in_incident"] * 12
    assert told(found(world, 3)) == [(name, "in_incident") for name in misses[:-4:-1]]


def test_a_suspected_intent_names_its_newest_misses_and_the_pilot_stops_when_it_is_full(
    engine: Engine,
) -> None:
    world = world_of(engine)
    read = first(world, "hhhhm" * PILOT)
    second(world, read, "erasure")
    once = first(world, "mmmmmmm")
    assert world.evaluate().outcomes
    assert 0.01 < world.cell("erasure").evidence < 1
    assert told(found(world)) == [(name, "suspected") for name in once[: -NEWEST - 1 : -1]]


def test_an_annotators_misses_beyond_chance_come_first_within_their_intent(engine: Engine) -> None:
    world = world_of(engine)
    eve = first(world, "hm" * 6, by="eve")
    ann = first(world, "h" * 60 + "mm")
    tickets = found(world)
    assert [each.ticket.prediction_id for each in tickets] == [*reversed(eve), *reversed(ann)]
    assert [each.annotator for each in tickets] == ["eve"] * 6 + [None] * 2


def test_a_ticket_that_two_models_missed_is_named_once(engine: Engine) -> None:
    world = world_of(engine)
    (miss,) = first(world, "hm")
    take(world.store, prediction(miss, "other", model=SHADOW))
    second(world, [miss], "refund")
    assert told(found(world)) == [(miss, "differ")]
