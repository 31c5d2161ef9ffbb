"""A room with something on every page, served, and a program that asks it; the document of its API is strict."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from monitor.app.serving import watch_room_server
from tests.app.full_room import full_room
from tests.connectors.web.api.documents import closed


class ServedApi(NamedTuple):
    """A client of the room, and the document of its API."""

    client: httpx.Client
    document: dict[str, Any]

    def get(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """What is at a path of the API."""
        return self.client.get(f"/api/v1{path}").raise_for_status().json()


@contextmanager
def served_api(folder: Path) -> Iterator[ServedApi]:
    """All of it, with its database in the folder."""
    engine = open_engine(f"sqlite:///{folder / 'room.db'}")
    upgrade(engine)
    stores = full_room(engine, folder / "reports")
    server = watch_room_server(stores, 0)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=120) as client:
        yield ServedApi(client, closed(client))
    stores.close()
