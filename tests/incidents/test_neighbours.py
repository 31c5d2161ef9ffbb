"""A broken cell is told beside the same cell of the version before, and beside the other values of its slice."""

from datetime import timedelta

from sqlalchemy import Engine

from monitor.domain.events.types import Model
from monitor.domain.telling.about import IncidentNews
from monitor.domain.telling.notices import Notice
from reports.pages.page import page_of
from tests.incidents.falls import notices
from tests.stored import NOON, TICKETS
from tests.worlds import World

NEXT = Model("tickets", "8")
BY_CHANNEL = [{"name": "channel", "values": "*", "cap": 5, "against": "intent"}]


def news_of_a_broken_channel(engine: Engine) -> Notice:
    """v7 did well by e-mail and in the app; v8 misses what comes by e-mail."""
    world = World(engine, slices=BY_CHANNEL, watch={"intents": ["erasure"]})
    for model in (TICKETS, NEXT):
        world.anchor(model, erasure=(0.9, 200))
    for channel in ("email", "app"):
        world.outcomes("erasure", "hhhhhhhhhm" * 3, slices={"channel": channel})
    day = {"model": NEXT, "at": 24, "hours": 24}
    world.outcomes("erasure", "hhhhhhhhhm" * 9, slices={"channel": "app"}, **day)
    world.outcomes("erasure", "hm" * 3 + "m" * 24, slices={"channel": "email"}, **day)
    world.evaluate(NOON + timedelta(days=3))
    return next(notice for notice in notices(engine) if isinstance(notice.about, IncidentNews))


def test_a_broken_slice_is_told_with_its_past_and_its_siblings(engine: Engine) -> None:
    notice = news_of_a_broken_channel(engine)
    assert isinstance(notice.about, IncidentNews)
    member = next(m for m in notice.about.members if m.cell.slice_text == "channel=email")
    assert member.before is not None
    assert (member.before.cell.model, member.before.cell.slice_text) == (TICKETS, "channel=email")
    assert (round(member.before.live.value, 2), member.before.support) == (0.9, 30)
    assert [(each.cell.slice_text, round(each.live.value, 2)) for each in member.siblings] == [
        ("channel=app", 0.9)
    ]
    text = page_of(notice).text
    assert "version before  v7 had 0.90" in text
    assert "other slices    channel=app 0.90 of 90" in text


def test_the_first_version_has_none_before_it(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 40))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    assert "version before" not in page_of(notices(engine)[-1]).text
