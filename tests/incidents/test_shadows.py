"""One broken slice brings its intent, its group and other slices along: they are no further breaks, and not told."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.incidents.history import CellsBroke, MembersChanged
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import IncidentNews
from reports.tables.incidents import as_object, incident_view
from tests.incidents.falls import notices, oncall, resolve
from tests.stored import NOON, TICKETS
from tests.worlds import World

SLICES = [{"name": name, "values": "*", "cap": 5, "against": "own"} for name in ("channel", "tier")]
CHAT, MAIL = "channel=chat", "channel=mail"
CELL = Cell(TICKETS, "refund", CHAT)
HOURS = 24


def desk(engine: Engine, **judge: Any) -> World:  # noqa: ANN401
    """Refunds by two channels and of two tiers, all of them at .9, for two weeks."""
    names = ("refund__channel__chat", "refund__channel__mail", "refund__tier__free", "refund__tier__paid")
    made = World(
        engine,
        slices=SLICES,
        watch={"intents": ["refund", "bug"]},
        sinks=[{"kind": "terminal", "name": "here"}],
        judge=judge,
    )
    promises = dict.fromkeys(("refund", "bug", *names), (0.9, 400))
    made.anchor(TICKETS, **promises)
    for day in range(14):
        tickets(made, day, chat="hhhhh", mail="hhhhhhhhhm", bug="hhhhhhhhh")
    return made


def tickets(world: World, day: int, *, chat: str, mail: str, bug: str = "hhhhh") -> None:
    """A day's labelled tickets, judged at its end; those by chat are of the free tier, of mails every other one."""
    at: dict[str, Any] = {"at": HOURS * day, "hours": HOURS * day}
    world.outcomes("refund", chat, slices={"channel": "chat", "tier": "free"}, **at)
    for tier, pattern in (("free", mail[::2]), ("paid", mail[1::2])):
        if pattern:
            world.outcomes("refund", pattern, slices={"channel": "mail", "tier": tier}, **at)
    world.outcomes("bug", bug, **at)
    world.evaluate(NOON + timedelta(days=day + 1, hours=12))


def members(world: World) -> dict[str, tuple[str, ...] | None]:
    """The members of the newest incident, each with the cells that explain it."""
    newest = IncidentRecords(world.engine).all()[0]
    return {
        str(facts.cell): None if facts.explained is None else tuple(map(str, facts.explained.cells))
        for facts in newest.members
    }


def told(world: World) -> list[tuple[str, list[str]]]:
    """The kinds of the notices of incidents, with the members in each."""
    return [
        (notice.kind.value.removeprefix("incident."), [str(member.cell) for member in notice.about.members])
        for notice in notices(world.engine)
        if isinstance(notice.about, IncidentNews)
    ]


def test_an_intent_and_a_tier_that_broke_on_the_tickets_of_one_channel_are_not_told(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm")
    names = {
        f"refund [{CHAT}]": None,
        "refund": (f"refund [{CHAT}]",),
        "refund [tier=free]": (f"refund [{CHAT}]",),
    }
    assert members(world) == names
    assert told(world) == [("opened", [f"refund [{CHAT}]"])]
    (incident,) = IncidentRecords(engine).all()
    happened = [line.why for line in incident.history]
    assert happened[0] == CellsBroke((CELL,))
    changed = [why.explained for why in happened if isinstance(why, MembersChanged)]
    assert sorted(cell for cells in changed for cell in cells) == [
        Cell(TICKETS, "refund"),
        Cell(TICKETS, "refund", "tier=free"),
    ]
    first, *shadows = as_object(incident)["members"]
    assert first["explained"] is None
    for shadow in shadows:
        assert shadow["explained"]["cells"][0]["slice"] == CHAT
        assert shadow["explained"]["outside"]["value"] == pytest.approx(0.9, abs=0.1)
    shown = [
        " ".join(str(cell) for cell in row) for block in incident_view(incident).blocks for row in block.rows
    ]
    assert sum(f"by refund [{CHAT}]: outside of its tickets" in row for row in shown) == 2


def test_a_second_break_outside_is_told(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm")
    assert members(world)["refund"] == (f"refund [{CHAT}]",)
    for day in range(26, 34):
        tickets(world, day, chat="mmmmm", mail="hmmmmmmmmm")
    assert members(world)["refund"] is None
    kinds = told(world)
    assert kinds[0] == ("opened", [f"refund [{CHAT}]"])
    assert any("refund" in names for kind, names in kinds[1:] if kind == "member_joined")


def test_a_small_second_break_joins_no_later_than_its_own_slice_pages(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm")
    joined = paged = None
    for day in range(26, 90):
        tickets(world, day, chat="mmmmm", mail="hhmhhmhhmm")
        if joined is None and members(world)["refund"] is None:
            joined = day
        if world.cell("refund", MAIL).bet.broken:
            paged = day
            break
    assert joined is not None
    assert paged is not None
    assert joined <= paged


def test_where_there_are_too_few_tickets_outside_it_joins_as_ever(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="mmmmm", mail="")
    assert members(world)["refund"] is None
    assert any("refund" in names for _, names in told(world))


def test_what_broke_all_over_is_no_shadow_of_a_slice(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="hmmmm", mail="hhmmmmmmmm")
    assert members(world)["refund"] is None


def test_a_group_that_broke_on_the_tickets_of_one_slice_is_not_told_until_another_intent_falls(
    engine: Engine,
) -> None:
    world = desk(engine, groups_share=0.5)
    for day in range(14, 24):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm", bug="hhhhhhhhh")
    assert members(world)["group rare"] == (f"refund [{CHAT}]",)
    assert told(world) == [("opened", [f"refund [{CHAT}]"])]
    for day in range(24, 30):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm", bug="mmmmmmmmm")
    assert members(world)["group rare"] != (f"refund [{CHAT}]",)
    assert any("bug" in names for kind, names in told(world) if kind == "member_joined")


def test_the_incident_ends_when_the_last_shadow_is_over_and_says_it_of_what_was_told(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm")
    for day in range(26, 60):
        tickets(world, day, chat="hhhhhhhhhhhhhhh", mail="hhhhhhhhhm")
    kinds = told(world)
    assert [kind for kind, _ in kinds if kind not in ("member_recovered",)] == ["opened", "resolved"]
    assert all("tier=free" not in name and name != "refund" for _, names in kinds for name in names[:1])
    (incident,) = IncidentRecords(engine).all()
    assert incident.state == "resolved"


def test_who_acknowledges_or_resolves_is_told_of_what_was_told(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm")
    at = NOON + timedelta(days=27)
    oncall(world).acknowledge(1, "ana", "on it", at)
    resolve(world, 1, "ana", "rolled back", at)
    assert told(world)[1:] == [("acknowledged", [f"refund [{CHAT}]"]), ("resolved", [f"refund [{CHAT}]"])]


def test_members_are_listed_worst_first_and_what_others_explain_last(engine: Engine) -> None:
    world = desk(engine)
    for day in range(14, 26):
        tickets(world, day, chat="mmmmm", mail="hhhhhhhhhm")
    (incident,) = IncidentRecords(engine).all()
    ranks = [(facts.explained is not None, facts.recent.value - facts.floor) for facts in incident.members]
    assert len(ranks) == 3
    assert all(before <= after for before, after in pairwise(ranks))
