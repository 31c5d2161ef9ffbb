"""What people do about an incident, and what they want to hear nothing of: on a real database."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.status import StatusStore
from connectors.sql.silences import SilenceStore
from monitor.domain.events.types import Design, Model
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import Silence
from monitor.errors import ConfigError
from monitor.incidents.oncall import OnCall, add_silence
from monitor.review.ports import IncidentStatus
from tests.stored import NOON, rows
from tests.worlds import World

HOUR = timedelta(hours=1)
TWO_SINKS: dict[str, Any] = {
    "sinks": [{"kind": "terminal", "name": "night"}, {"kind": "terminal", "name": "day"}]
}


@pytest.fixture
def world(engine: Engine) -> World:
    """A model with two rare intents that are watched."""
    made = World(engine)
    made.anchor(erasure=(0.88, 38), export=(0.88, 38))
    return made


def oncall(world: World) -> OnCall:
    return OnCall(EvaluationStore(world.engine), world.settings)


def incident(world: World) -> IncidentStatus:
    (incident,) = StatusStore(world.engine).incidents()
    return incident


def history(world: World) -> list[tuple[str, str]]:
    return [(who, what) for _, who, what, _ in incident(world).history]


def silence(world: World, *matchers: str, ends: datetime = NOON + 50 * HOUR) -> Silence:
    return add_silence(
        SilenceStore(world.engine), matchers or ("intent=erasure",), "ana", "being fixed", ends, NOON
    )


def broken(world: World, intent: str = "erasure", at: datetime = NOON + 48 * HOUR) -> None:
    world.outcomes(intent, "m" * 20)
    world.evaluate(at)


# --- acknowledge, resolve, note -----------------------------------------------------------------------


def test_an_acknowledged_incident_stays_open_and_says_who_is_on_it(world: World) -> None:
    broken(world)
    oncall(world).acknowledge(1, "ana", "looking at it", NOON + 49 * HOUR)
    assert (incident(world).state, world.kinds()) == ("acknowledged", ["opened", "acknowledged"])
    assert incident(world).history[-1] == (NOON + 49 * HOUR, "ana", "acknowledged", "looking at it")
    with pytest.raises(ConfigError, match="incident 1 is acknowledged already"):
        oncall(world).acknowledge(1, "bob", "", NOON)
    world.outcomes("erasure", "h" * 80)
    world.evaluate(NOON + 50 * HOUR)
    assert world.kinds() == ["opened", "acknowledged", "resolved"]


def test_what_a_person_resolves_is_over_and_is_bet_on_anew(world: World) -> None:
    broken(world)
    oncall(world).resolve(1, "ana", "rolled back", NOON + 49 * HOUR)
    assert (incident(world).state, world.kinds()) == ("resolved", ["opened", "resolved"])
    assert incident(world).history[-1] == (NOON + 49 * HOUR, "ana", "resolved", "rolled back")
    assert not world.cell("erasure").bet.broken
    world.outcomes("erasure", "m" * 3)
    world.evaluate(NOON + 50 * HOUR)
    assert not world.cell("erasure").bet.broken
    assert 0 < world.cell("erasure").bet.detector.evidence < 50  # type: ignore[union-attr]


def test_what_a_person_resolved_and_falls_again_reopens_the_incident(world: World) -> None:
    broken(world)
    oncall(world).resolve(1, "ana", "rolled back", NOON + 49 * HOUR)
    broken(world, at=NOON + 50 * HOUR)
    assert world.kinds() == ["opened", "resolved", "reopened"]
    assert (incident(world).state, incident(world).closed_at) == ("opened", None)


def test_a_correction_of_the_past_does_not_undo_what_a_person_resolved(world: World) -> None:
    names = world.outcomes("erasure", "m" * 20)
    world.evaluate(NOON + 48 * HOUR)
    oncall(world).resolve(1, "ana", "rolled back", NOON + 49 * HOUR)
    world.outcomes("erasure", "hm")
    world.evaluate(NOON + 50 * HOUR)
    before = world.cell("erasure").bet.detector
    world.correct(names[3:4], "other")
    world.evaluate(NOON + 51 * HOUR)
    state = world.cell("erasure")
    assert (state.bet.broken, world.kinds()) == (False, ["opened", "resolved"])
    assert before is not None
    assert state.bet.detector is not None
    assert state.bet.detector.evidence == pytest.approx(before.evidence, rel=1e-12)


def test_labels_that_are_weighed_from_now_on_do_not_undo_it_either(world: World) -> None:
    broken(world)
    oncall(world).resolve(1, "ana", "rolled back", NOON + 49 * HOUR)
    world.outcomes("erasure", "hhm", design=Design.BY_PREDICTION, probability=0.5)
    world.evaluate(NOON + 50 * HOUR)
    state = world.cell("erasure")
    assert (state.bet.weighted, state.bet.broken, world.kinds()) == (True, False, ["opened", "resolved"])
    assert state.bet.detector is not None
    assert state.bet.detector.ends == (20,)


def test_an_incident_that_is_over_or_unknown_is_refused(world: World) -> None:
    broken(world)
    oncall(world).resolve(1, "ana", "rolled back", NOON)
    for act in (oncall(world).resolve, oncall(world).acknowledge):
        with pytest.raises(ConfigError, match="incident 1 is resolved, there is nothing left to do"):
            act(1, "ana", "", NOON)
    with pytest.raises(ConfigError, match="there is no incident 7"):
        oncall(world).note(7, "ana", "hm", NOON)


def test_a_note_is_in_the_history_and_nobody_is_told(world: World) -> None:
    broken(world)
    oncall(world).note(1, "ana", "asked the vendor", NOON)
    assert (history(world)[-1], world.kinds()) == (("ana", "note"), ["opened"])


# --- silences -----------------------------------------------------------------------------------------


def test_what_a_silence_covers_is_judged_and_kept_but_not_reported_until_it_ends(world: World) -> None:
    silence(world)
    broken(world)
    assert (world.cell("erasure").bet.broken, world.kinds()) == (True, [])
    assert history(world) == [("anchorwatch", "opened"), ("ana", "silenced")]
    world.evaluate(NOON + 49 * HOUR)
    assert (world.kinds(), len(history(world))) == ([], 2)
    world.evaluate(NOON + 50 * HOUR)
    assert world.kinds() == ["opened"]
    world.evaluate(NOON + 51 * HOUR)
    assert world.kinds() == ["opened"]


def test_a_fall_that_healed_in_silence_is_never_reported(world: World) -> None:
    silence(world)
    broken(world)
    world.outcomes("erasure", "h" * 80)
    world.evaluate(NOON + 49 * HOUR)
    assert (incident(world).state, world.kinds()) == ("resolved", [])


def test_a_silence_that_is_ended_early_tells_at_the_next_look(world: World) -> None:
    made = silence(world)
    broken(world)
    SilenceStore(world.engine).expire(made.id, NOON + 48 * HOUR)
    world.evaluate(NOON + 49 * HOUR)
    assert world.kinds() == ["opened"]
    assert SilenceStore(world.engine).expire(made.id, NOON + 49 * HOUR) is None


def test_another_intent_of_the_same_incident_is_reported_alone_and_the_silenced_one_joins_later(
    world: World,
) -> None:
    silence(world)
    broken(world)
    broken(world, "export", NOON + 49 * HOUR)
    assert world.kinds() == ["opened"]
    world.evaluate(NOON + 50 * HOUR)
    assert world.kinds() == ["opened", "member_joined"]


@pytest.mark.parametrize(
    ("matchers", "kinds"),
    [
        (["intent=eras*"], []),
        (["intent=erasure", "model=tickets", "version=7", "environment=prod"], []),
        (["intent=erasure", "version=8"], ["opened"]),
        (["slice=channel=*"], ["opened"]),
        (["model=*"], []),
    ],
)
def test_a_silence_covers_what_every_matcher_fits(
    world: World, matchers: list[str], kinds: list[str]
) -> None:
    silence(world, *matchers)
    broken(world)
    assert world.kinds() == kinds


def test_a_silence_needs_a_matcher_an_author_a_reason_and_a_time_to_come(world: World) -> None:
    with pytest.raises(ConfigError) as refused:
        add_silence(SilenceStore(world.engine), [], " ", "", NOON, NOON)
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "--match",
        "--by",
        "--reason",
        "--until",
    ]
    with pytest.raises(ConfigError, match="90 days at most"):
        silence(world, ends=NOON + timedelta(days=91))


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
    oncall(again).resolve(1, "ana", "rolled back", NOON)
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


def test_what_opens_again_and_again_becomes_critical_and_goes_where_critical_things_go(
    engine: Engine,
) -> None:
    routes = [{"sinks": ["day"], "severities": ["warning"]}, {"sinks": ["night"], "severities": ["critical"]}]
    world = World(engine, severity="warning", routes=routes, incidents={"escalate_at": 3}, **TWO_SINKS)
    world.anchor(erasure=(0.88, 38))
    for opening in range(3):
        broken(world, at=NOON + (48 + 2 * opening) * HOUR)
        oncall(world).resolve(1, "ana", "rolled back", NOON + (49 + 2 * opening) * HOUR)
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


def test_the_end_of_an_incident_names_the_command_that_looks_back_at_it(world: World) -> None:
    broken(world)
    oncall(world).resolve(1, "ana", "rolled back", NOON + 49 * HOUR)
    sent = rows(world.engine, "SELECT notice FROM notification ORDER BY number")
    commands = [msgspec.json.decode(notice, type=Notice).next_command for (notice,) in sent]
    assert commands == ["anchorwatch incident show 1", "anchorwatch incident analyze 1"]
