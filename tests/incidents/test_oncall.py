"""What people do about an incident, and what they want to hear nothing of: on a real database."""

from datetime import datetime, timedelta
from functools import partial

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.silences import SilenceStore
from monitor.domain.events.types import Design
from monitor.domain.incidents.history import EndedByPerson, PersonSays, UnconfirmedRecall
from monitor.domain.telling.about import IncidentNews
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import Silence
from monitor.errors import ConfigError
from monitor.incidents.silencing import add_silence
from monitor.review.ports.incidents import IncidentStatus
from tests.incidents.falls import HOUR, broken, notices, oncall, resolve
from tests.stored import NOON, rows
from tests.worlds import World


@pytest.fixture
def world(engine: Engine) -> World:
    """A model with two rare intents that are watched."""
    made = World(engine)
    made.anchor(erasure=(0.88, 38), export=(0.88, 38))
    return made


def incident(world: World) -> IncidentStatus:
    (incident,) = IncidentRecords(world.engine).all()
    return incident


def history(world: World) -> list[tuple[str, str]]:
    return [(who, what) for _, who, what, _ in incident(world).history]


def silence(world: World, *matchers: str, ends: datetime = NOON + 50 * HOUR) -> Silence:
    return add_silence(
        SilenceStore(world.engine),
        matchers or ("intent=erasure",),
        "ana",
        "being fixed",
        ends.isoformat(),
        NOON,
    )


# --- acknowledge, resolve, note -----------------------------------------------------------------------


def test_an_acknowledged_incident_stays_open_and_says_who_is_on_it(world: World) -> None:
    broken(world)
    oncall(world).acknowledge(1, "ana", "looking at it", NOON + 49 * HOUR)
    assert (incident(world).state, world.kinds()) == ("acknowledged", ["opened", "acknowledged"])
    assert incident(world).history[-1] == (NOON + 49 * HOUR, "ana", "acknowledged", "looking at it")
    with pytest.raises(ConfigError, match="incident 1 is acknowledged already"):
        oncall(world).acknowledge(1, "bob", "", NOON)
    opened, acknowledged = (notice.about for notice in notices(world.engine))
    assert isinstance(opened, IncidentNews)
    assert acknowledged == msgspec.structs.replace(opened, reason=PersonSays("ana", "looking at it"))
    assert opened.released is not None
    world.outcomes("erasure", "h" * 80)
    world.evaluate(NOON + 50 * HOUR)
    assert world.kinds() == ["opened", "acknowledged", "resolved"]


def test_what_a_person_resolves_is_over_and_is_bet_on_anew(world: World) -> None:
    broken(world)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    assert (incident(world).state, world.kinds()) == ("resolved", ["opened", "resolved"])
    (member,) = incident(world).members
    recall = UnconfirmedRecall(member.cell, member.recent, 20)
    ended = EndedByPerson("ana", "rolled back", (recall,))
    assert incident(world).history[-1] == (NOON + 49 * HOUR, "ana", "resolved", ended)
    (_, told) = notices(world.engine)
    assert isinstance(told.about, IncidentNews)
    assert told.about.reason == ended
    assert not world.cell("erasure").bet.broken
    world.outcomes("erasure", "m" * 5, at=25, hours=25)
    world.evaluate(NOON + 50 * HOUR)
    assert not world.cell("erasure").bet.broken
    assert 0 < world.cell("erasure").bet.detector.evidence < 0.1  # type: ignore[union-attr]


def test_what_a_person_resolved_and_falls_again_reopens_the_incident(world: World) -> None:
    broken(world)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    world.outcomes("erasure", "m" * 20, at=25, hours=25)
    world.evaluate(NOON + 50 * HOUR)
    assert world.kinds() == ["opened", "resolved", "reopened"]
    assert (incident(world).state, incident(world).closed_at) == ("opened", None)


def test_a_correction_of_the_past_does_not_undo_what_a_person_resolved(world: World) -> None:
    names = world.outcomes("erasure", "m" * 20)
    world.evaluate(NOON + 48 * HOUR)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
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
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    world.outcomes("erasure", "hhm", design=Design.BY_PREDICTION, probability=0.5)
    world.evaluate(NOON + 50 * HOUR)
    state = world.cell("erasure")
    assert (state.bet.weighted, state.bet.broken, world.kinds()) == (True, False, ["opened", "resolved"])
    assert state.bet.detector is not None
    assert state.bet.detector.ends == (20,)


def test_an_incident_that_is_over_or_unknown_is_refused(world: World) -> None:
    broken(world)
    resolve(world, 1, "ana", "rolled back", NOON)
    for act in (partial(resolve, world), oncall(world).acknowledge):
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


def test_a_recovery_is_reported_also_while_a_silence_covers_all_that_is_still_broken(engine: Engine) -> None:
    made = World(engine, sinks=[{"kind": "alertmanager", "name": "am", "urls": ["http://am:9093"]}])
    made.anchor(erasure=(0.88, 38), export=(0.88, 38))
    broken(made)
    broken(made, "export", NOON + 49 * HOUR)
    silence(made, "intent=export", ends=NOON + 60 * HOUR)
    made.outcomes("erasure", "h" * 80)
    made.evaluate(NOON + 50 * HOUR)
    assert made.kinds() == ["opened", "member_joined", "member_recovered"]
    news = notices(engine)[-1].about
    assert isinstance(news, IncidentNews)
    assert ([m.cell.intent for m in news.over], news.members) == (["erasure"], [])
    # It stands on in Alertmanager, where it was told of before: silence is no recovery.
    assert [m.cell.intent for m in news.silenced] == ["export"]


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
        add_silence(SilenceStore(world.engine), [], " ", "", NOON.isoformat(), NOON)
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "--match",
        "--by",
        "--reason",
        "--until",
    ]
    with pytest.raises(ConfigError, match="90 days at most"):
        silence(world, ends=NOON + timedelta(days=91))


def test_the_end_of_an_incident_names_the_command_that_looks_back_at_it(world: World) -> None:
    broken(world)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    sent = rows(world.engine, "SELECT notice FROM notification ORDER BY number")
    commands = [msgspec.json.decode(notice, type=Notice).next_command for (notice,) in sent]
    assert commands == ["anchorwatch incident show 1", "anchorwatch incident analyze 1"]
