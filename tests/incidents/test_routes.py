"""Who is told of a fall, how bad it is, and what waits until morning: on a real database."""

from typing import Any

import msgspec
from sqlalchemy import Engine

from monitor.domain.events.types import Model
from monitor.domain.telling.about import IncidentNews
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from tests.incidents.falls import HOUR, broken, notices, resolve
from tests.stored import NOON, rows
from tests.worlds import World

TWO_SINKS: dict[str, Any] = {
    "sinks": [{"kind": "terminal", "name": "night"}, {"kind": "terminal", "name": "day"}]
}


# --- new versions -------------------------------------------------------------------------------------


def test_a_new_version_is_reported_once_where_changes_are_displayed_beside_incidents(engine: Engine) -> None:
    pagerduty = {"kind": "pagerduty", "routing_key": "k"}
    world = World(engine, sinks=[{"kind": "terminal"}, pagerduty])
    world.outcomes("erasure", "h")
    world.evaluate()
    assert sinks(world) == []
    for _ in range(2):
        world.outcomes("erasure", "h", model=Model("tickets", "8", "prod"))
        world.evaluate()
    assert sinks(world) == [("model.version", "pagerduty")]


# --- routes and quiet hours ---------------------------------------------------------------------------


def sinks(world: World) -> list[tuple[str, str]]:
    return list(rows(world.engine, "SELECT kind, sink FROM notification ORDER BY number"))


def test_a_page_goes_where_its_route_leads_and_its_end_follows_it(engine: Engine) -> None:
    world = World(engine, **TWO_SINKS, routes=[{"sinks": ["day"], "intents": ["eras*"]}])
    world.anchor(erasure=(0.88, 38))
    broken(world)
    again = World(engine, **TWO_SINKS, routes=[{"sinks": ["night"], "intents": ["eras*"]}])
    resolve(again, 1, "ana", "rolled back", NOON)
    assert sinks(world) == [
        ("incident.opened", "day"),
        ("incident.resolved", "night"),
        ("incident.resolved", "day"),
    ]


def test_a_warning_waits_until_morning_and_a_critical_page_does_not(engine: Engine) -> None:
    world = World(
        engine,
        **TWO_SINKS,
        routes=[{"sinks": ["day"], "severities": ["warning"]}],
        quiet_hours={"begin": "11:00", "end": "13:30", "zone": "Europe/Berlin"},
        intents={"erasure": {"severity": "warning"}},
    )
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    broken(world, at=NOON)  # 13:00 in Berlin in November
    half_past = (NOON + HOUR / 2).timestamp() * 1e6
    assert rows(engine, "SELECT sink, next_attempt_us FROM notification") == [("day", half_past)]
    broken(world, "export", at=NOON)
    assert rows(engine, "SELECT sink, next_attempt_us FROM notification WHERE number > 1") == [
        ("night", 0),
        ("day", 0),
    ]
    held = rows(engine, "SELECT next_attempt_us FROM notification WHERE number = 1")
    assert held == [(0,)], "what goes before the critical page does not wait either"


def test_what_opens_again_and_again_becomes_critical_and_goes_where_critical_things_go(
    engine: Engine,
) -> None:
    routes = [{"sinks": ["day"], "severities": ["warning"]}, {"sinks": ["night"], "severities": ["critical"]}]
    world = World(engine, severity="warning", routes=routes, incidents={"escalate_at": 3}, **TWO_SINKS)
    world.anchor(erasure=(0.88, 38))
    for opening in range(3):
        world.outcomes("erasure", "m" * 20, at=24 + 2 * opening, hours=24 + 2 * opening)
        world.evaluate(NOON + (48 + 2 * opening) * HOUR)
        resolve(world, 1, "ana", "rolled back", NOON + (49 + 2 * opening) * HOUR)
    sent = rows(world.engine, "SELECT sink, kind, notice FROM notification ORDER BY number")
    opened = [
        (sink, kind, msgspec.json.decode(notice, type=Notice).severity)
        for sink, kind, notice in sent
        if kind != NoticeKind.RESOLVED
    ]
    # The sink that heard of it before hears of it again, and the sink for critical news does too.
    assert opened == [
        ("day", "incident.opened", "warning"),
        ("day", "incident.reopened", "warning"),
        ("night", "incident.reopened", "critical"),
        ("day", "incident.reopened", "critical"),
    ]


def test_each_member_has_the_severity_of_its_own_intent(engine: Engine) -> None:
    made = World(engine, severity="warning", intents={"erasure": {"severity": "critical"}})
    made.anchor(erasure=(0.88, 38), export=(0.88, 38))
    made.outcomes("export", "m" * 20)
    broken(made)
    (page,) = notices(engine)
    assert isinstance(page.about, IncidentNews)
    severities = {member.cell.intent: member.severity for member in page.about.members}
    assert (page.severity, severities) == ("critical", {"erasure": "critical", "export": "warning"})
