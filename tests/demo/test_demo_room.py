"""`demo --serve` ends with the watch room on the very database of the story."""

from io import StringIO
from threading import Thread

import httpx
import pytest
from rich.console import Console
from sqlalchemy import Engine

from connectors.web.server import RoomServer
from monitor.app.wiring import App
from monitor.demo import acts
from monitor.demo.teller import Teller
from tests.review.broken_channel import broken


def test_the_story_goes_on_in_a_browser(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    world = broken(sqlite_engine)
    seen: list[str] = []

    run = RoomServer.run

    def visited(server: RoomServer) -> None:
        thread = Thread(target=run, args=(server,))
        thread.start()
        seen.append(httpx.get(server.address, trust_env=False, timeout=30).text)
        server.stop()
        thread.join(10)

    monkeypatch.setattr(RoomServer, "run", visited)
    monkeypatch.setattr("monitor.app.serving.PORT", 0)
    screen = StringIO()
    app = App(world.settings, world.engine)
    acts.watch_room(Teller(Console(file=screen)), app)
    app.close()
    assert "open incidents" in seen[0]
    assert "http://127.0.0.1:" in screen.getvalue()
