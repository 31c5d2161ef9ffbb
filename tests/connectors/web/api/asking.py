"""A program before the API of a room without a database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import httpx

from connectors.web.api.problems import MEDIA_TYPE, PROBLEMS
from connectors.web.guard import HEADERS
from connectors.web.server import RoomServer
from tests.connectors.web.rooms import FakeTokens, StoppedClock, opened
from tests.fakes.room import FakeDesk, FakeRoom
from tests.fakes.writer import FakeWriter


class Asking(NamedTuple):
    """The program, and what stands behind the door."""

    client: httpx.Client
    room: FakeRoom
    desk: FakeDesk
    writer: FakeWriter
    tokens: FakeTokens


@contextmanager
def asking(web: Mapping[str, object] | None = None, *, login: bool = True) -> Iterator[Asking]:
    """A room that asks who somebody is, or with no `login` nobody."""
    room, desk, writer, tokens = FakeRoom(), FakeDesk(), FakeWriter(), FakeTokens()
    app = opened(room, desk, web, tokens if login else None, StoppedClock(), writer)
    server = RoomServer(app, "127.0.0.1", 0, asks_who=login)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=60) as client:
        yield Asking(client, room, desk, writer, tokens)


def bearer(token: str) -> dict[str, str]:
    """The header that a program shows its token in."""
    return {"Authorization": f"Bearer {token}"}


def code_of(answer: httpx.Response) -> str:
    """The code of a problem whose other members are as they must be."""
    assert answer.headers["content-type"] == MEDIA_TYPE, answer.text
    said = answer.json()
    kind = PROBLEMS[said["code"]]
    assert (said["status"], said["title"], answer.status_code) == (kind.status, kind.title, kind.status)
    assert said["type"] == f"/api/v1/problems/{said['code'].replace('_', '-')}"
    assert said["detail"]
    assert said["instance"].startswith("/api/v1")
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    return str(said["code"])
