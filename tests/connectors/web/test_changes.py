"""Pages hear of changes: each that listens, once for each; and a database out of reach is no change."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import httpx
import pytest

from connectors.web import changes
from connectors.web.server import RoomServer
from tests.connectors.web.rooms import ANA, FakeTokens, opened
from tests.fakes.room import FakeDesk, FakeRoom


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> FakeRoom:
    monkeypatch.setattr(changes, "LOOK_S", 0.05)
    monkeypatch.setattr(changes, "ALIVE_S", 0.3)
    return FakeRoom()


@pytest.fixture
def address(room: FakeRoom) -> Iterator[str]:
    with RoomServer(opened(room, FakeDesk()), "127.0.0.1", 0) as server:
        yield server.address


@contextmanager
def listening(address: str, after: str = "") -> Iterator[httpx.Response]:
    """A page that listens, as a browser does, again where it heard the last change."""
    headers = {"Last-Event-ID": after} if after else {}
    with (
        httpx.Client(base_url=address, trust_env=False, timeout=20) as client,
        client.stream("GET", "/changes", headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer


def heard(lines: Iterator[str], event: str) -> str:
    """The next event's id; others on the way are passed over."""
    seen = False
    for line in lines:
        seen = seen or line == f"event: {event}"
        if seen and (line.startswith(("id: ", "data:"))):
            return line.removeprefix("id: ")
    raise AssertionError(f"no {event}")


def test_a_change_is_heard_by_each_that_listens(room: FakeRoom, address: str) -> None:
    with listening(address) as first, listening(address) as second:
        lines = [first.iter_lines(), second.iter_lines()]
        for each in lines:
            heard(each, "alive")
        room.marked = "2"
        assert [heard(each, "changed") for each in lines] == ["2", "2"]


def test_who_comes_back_hears_what_was_missed(room: FakeRoom, address: str) -> None:
    room.marked = "7"
    with listening(address, after="6") as answer:
        assert heard(answer.iter_lines(), "changed") == "7"


def test_who_may_not_enter_any_more_hears_no_more(room: FakeRoom) -> None:
    tokens = FakeTokens()
    bearer = {"Authorization": f"Bearer {ANA}"}
    with (
        RoomServer(opened(room, FakeDesk(), tokens=tokens), "127.0.0.1", 0, asks_who=True) as server,
        httpx.Client(base_url=server.address, trust_env=False, timeout=20) as client,
    ):
        assert client.get("/changes").status_code == 401
        with client.stream("GET", "/changes", headers=bearer) as answer:
            lines = answer.iter_lines()
            heard(lines, "alive")
            tokens.remove("ana")
            assert len(list(islice(lines, 60))) < 60  # it ends
        assert client.get("/changes", headers=bearer).status_code == 401


def test_one_look_serves_all_and_none_is_made_where_nobody_listens(room: FakeRoom, address: str) -> None:
    looks = []
    room.on_mark = lambda: looks.append(time.monotonic())
    time.sleep(0.3)
    assert looks == []
    with listening(address) as first, listening(address) as second:
        heard(first.iter_lines(), "alive")
        heard(second.iter_lines(), "alive")
    count = len(looks)
    assert 1 <= count <= 40  # 0.3 s at 0.05 s each, and room for a slow machine
    time.sleep(0.5)
    assert len(looks) <= count + 2  # who left is not listened for
