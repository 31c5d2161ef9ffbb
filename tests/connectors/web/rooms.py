"""A watch room to be knocked at: who may enter is given, and the time stands still unless a test moves it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx
from fastapi import FastAPI
from typing_extensions import override

from connectors.web.health_answers import HealthAnswers
from connectors.web.room import watch_room
from connectors.web.who import Doorkeeper
from monitor.domain.access.tokens import HeldToken, Keyring, digest
from monitor.domain.access.visitor import RoomRole
from monitor.errors import AnchorwatchError
from monitor.review.ports import access
from monitor.settings.web import WebSettings
from reports.web.assets import assets
from reports.web.porch import Porch
from tests.fakes.room import FakeDesk, FakeRoom
from tests.fakes.writer import FakeWriter

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
ANA, VIC, LES = "aw_ana", "aw_vic", "aw_les"  # a responder's token, a viewer's, and a labeller's


class FakeTokens(access.Tokens):
    """Ana may act, Vic may look, Les may record labels."""

    def __init__(self) -> None:
        self.held = [
            HeldToken("ana", RoomRole.RESPONDER, digest(ANA)),
            HeldToken("vic", RoomRole.VIEWER, digest(VIC)),
            HeldToken("les", RoomRole.LABELLER, digest(LES)),
        ]
        self.fails: AnchorwatchError | None = None

    @override
    def read(self) -> Keyring:
        if self.fails is not None:
            raise self.fails
        return Keyring(bytes(32), list(self.held))

    @override
    def add(self, token: HeldToken) -> None:
        self.held.append(token)

    @override
    def remove(self, name: str) -> bool:
        before = len(self.held)
        self.held = [each for each in self.held if each.name != name]
        return len(self.held) < before


class StoppedClock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


def opened(
    room: FakeRoom,
    desk: FakeDesk,
    web: Mapping[str, object] | None = None,
    tokens: access.Tokens | None = None,
    clock: StoppedClock | None = None,
    writer: FakeWriter | None = None,
    health: HealthAnswers | None = None,
) -> FastAPI:
    """The application. `web` are its settings; where it takes `tokens`, the file is named there too."""
    given = {**(web or {}), **({"tokens_file": "tokens.yaml"} if tokens is not None else {})}
    keeper = Doorkeeper(WebSettings.model_validate(given), tokens, Porch(), clock or StoppedClock())
    return watch_room(room, desk, writer or FakeWriter(), assets(), keeper, health=health)


def form_token(page: str) -> str:
    """The token of the forms of a page of the fake room."""
    found = re.search(r"token ([\w-]+)", page)
    assert found
    return found[1]


class Knocking(NamedTuple):
    """A browser before the door, and what stands behind it."""

    browser: httpx.Client
    desk: FakeDesk
    tokens: FakeTokens
    clock: StoppedClock

    def form_token(self, address: str = "/login") -> str:
        page = self.browser.get(address).text
        known = re.search(r'(?:name="form" value="|token )([\w-]+)', page)
        assert known
        return known[1]

    def log_in(self, token: str, back: str = "/incidents/7") -> httpx.Response:
        fields = {"form": self.form_token(), "token": token, "to": back}
        return self.browser.post("/login", data=fields)

    def note(self, **more: str) -> httpx.Response:
        fields = {"form": self.form_token(), "words": "seen", **more}
        return self.browser.post("/incidents/7/note", data=fields)
