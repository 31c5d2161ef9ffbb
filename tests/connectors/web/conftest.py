"""A watch room without a database, and browsers at its door."""

from collections.abc import Iterator

import httpx
import pytest

from connectors.web.server import RoomServer
from tests.connectors.web.rooms import FakeTokens, Knocking, StoppedClock, opened
from tests.fakes.room import FakeDesk, FakeRoom


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def room() -> FakeRoom:
    return FakeRoom()


@pytest.fixture
def browser(room: FakeRoom, desk: FakeDesk) -> Iterator[httpx.Client]:
    server = RoomServer(opened(room, desk), "127.0.0.1", 0)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def knocking() -> Iterator[Knocking]:
    desk, tokens, clock = FakeDesk(), FakeTokens(), StoppedClock()
    app = opened(FakeRoom(), desk, tokens=tokens, clock=clock)
    server = RoomServer(app, "127.0.0.1", 0, asks_who=True)
    with server, httpx.Client(base_url=server.address, trust_env=False) as browser:
        yield Knocking(browser, desk, tokens, clock)
