"""What was sent about an incident, and whether anything changed: the same on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.deploys import DeployStore
from connectors.sql.incidents.oncall import OnCallStore
from connectors.sql.outbox import Outbox
from connectors.sql.review.messages import MessageRecords
from connectors.sql.silences import SilenceStore
from monitor.incidents.oncall import OnCall
from tests.contract.outboxes import write
from tests.notices import AT
from tests.worlds import World

MINUTE = timedelta(minutes=1)
NOW = AT + 60 * MINUTE


def broken(engine: Engine) -> World:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 10 + "m" * 30)
    world.evaluate()
    return world


def sent(engine: Engine) -> None:
    due = Outbox(engine).claim(NOW, [])
    assert due is not None
    Outbox(engine).sent(due, NOW)


def test_each_message_has_its_sink_its_time_and_what_became_of_it(engine: Engine) -> None:
    write(engine, ("a", 1, "slack"), ("b", 1, "pager"), ("c", 2, "slack"))
    outbox = Outbox(engine)
    first, second = outbox.claim(NOW, ["pager"]), outbox.claim(NOW, ["slack"])
    assert first is not None
    assert second is not None
    outbox.sent(first, NOW + MINUTE)
    outbox.again(second, NOW + 5 * MINUTE, "503")
    told = [
        (each.sink, each.at, each.state, each.attempts, each.sent_at, each.next_try, each.error)
        for each in MessageRecords(engine).of_incident(1)
    ]
    assert told == [
        ("slack", AT, "sent", 1, NOW + MINUTE, None, ""),
        ("pager", AT, "pending", 1, None, NOW + 5 * MINUTE, "503"),
    ]
    assert MessageRecords(engine).of_incident(9) == []


def test_the_page_is_kept_as_it_was_sent(engine: Engine) -> None:
    world = broken(engine)
    (message,) = MessageRecords(engine).of_incident(1)
    assert (message.sink, message.notice.kind.value) == (world.settings.sinks[0].name, "incident.opened")
    assert message.notice.incident == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda world: world.evaluate(AT + timedelta(days=30)),
        lambda world: OnCall(OnCallStore(world.engine), world.settings).note(1, "ben", "x", AT),
        lambda world: SilenceStore(world.engine).add({"intent": "x"}, "ben", "y", AT, NOW),
        lambda world: DeployStore(world.engine).add("new", "ben", AT, "tickets", "8"),
        lambda world: world.anchor(erasure=(0.8, 38)),
        lambda world: sent(world.engine),
    ],
    ids=["judged", "noted", "silenced", "deployed", "activated", "sent"],
)
def test_the_mark_is_another_after_whatever_people_look_at_changed(
    engine: Engine, act: Callable[[World], object]
) -> None:
    world = broken(engine)
    records = MessageRecords(engine)
    before = records.mark()
    assert records.mark() == before
    act(world)
    assert records.mark() != before


def test_the_end_of_a_silence_by_a_person_changes_the_mark(engine: Engine) -> None:
    records, silences = MessageRecords(engine), SilenceStore(engine)
    silence = silences.add({"intent": "x"}, "ben", "y", AT, NOW)
    before = records.mark()
    silences.expire(silence.id, AT + MINUTE)
    assert records.mark() != before
