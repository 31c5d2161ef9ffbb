"""Long lists of the watch room a hundred rows at a time; for programs, on the same page, all of them."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from monitor.app import room_overviews
from monitor.app.overviews import overview_now
from monitor.app.room import Room
from monitor.app.stores import Stores
from monitor.review.ports.incidents import AskedIncidents
from monitor.review.ports.status import Overview
from monitor.settings.settings import Settings
from reports.web.page import RoomPage
from tests.stored import NOON


def numbers(page: RoomPage) -> list[int]:
    return [int(number) for number in re.findall(r'<a href="/incidents/(\d+)"', page.html())]


def test_a_page_of_incidents_has_a_hundred_and_leads_to_the_others(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        for _ in range(101):
            number = transaction.new_incident("tickets", "prod", NOON).id
        transaction.close_incident(1, "resolved", NOON)
    room = Room(Stores(Settings(), engine))
    first, second = room.incidents({}), room.incidents({"page": "2"})
    assert numbers(first) == list(range(number, number - 100, -1))
    assert numbers(second) == [1]
    assert (first.paging is not None and first.paging.others) == [("?page=2", "next")]
    assert (second.paging is not None and second.paging.others) == [("?", "previous")]
    content: Any = first.content
    assert [each["id"] for each in content] == list(range(101, 0, -1))
    part: Any = room.listed_incidents(AskedIncidents.OPEN, 98, 5)
    assert ([each["id"] for each in part.objects], part.length) == ([3, 2], 100)
    assert first.broken == 100


def test_the_first_page_is_made_before_anybody_hears_of_a_change(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[int]()

    def counted(stores: Stores) -> Overview:
        made.append(1)
        return overview_now(stores)

    monkeypatch.setattr(room_overviews, "overview_now", counted)
    room = Room(Stores(Settings(), sqlite_engine))
    room.mark()
    room.mark()
    assert made == [1]
