"""The API on a real database: each answer is the object of its page, and what the document says of it is true."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import jsonschema_rs
import pytest

from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from monitor.app.serving import watch_room_server
from monitor.domain.text.path_segment import to_segment
from tests.app.full_room import SHOP, SLASHED, full_room
from tests.connectors.web.api.documents import closed, schema_for

SHOP_AT = f"/models/{to_segment(SHOP.name)}/{to_segment(SHOP.environment)}"
INTENT_AT = f"{SHOP_AT}/intents/{to_segment(SLASHED)}?version=2.0"
READ = {
    "/me": "/me",
    "/problems/{name}": "/problems/not-found",
    "/now": "/now",
    "/cells": "/cells?verdict=degraded",
    "/models/{model}/{environment}": SHOP_AT,
    "/models/{model}/{environment}/intents/{intent}": INTENT_AT,
    "/incidents": "/incidents",
    "/incidents/{number}": "/incidents/1",
    "/incidents/{number}/messages": "/incidents/2/messages",
    "/incidents/{number}/analysis": "/incidents/1/analysis",
    "/incidents/{number}/tickets": "/incidents/1/tickets",
    "/silences": "/silences",
    "/anchors": "/anchors",
    "/versions": "/versions",
    "/deploys": "/deploys",
    "/sinks": "/sinks",
    "/reports": "/reports",
    "/budget": "/budget",
    "/dead-letters": "/dead-letters",
}


class Served(NamedTuple):
    """A client of a room with something on every page, and the document of its API."""

    client: httpx.Client
    document: dict[str, Any]

    def get(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        return self.client.get(f"/api/v1{path}").raise_for_status().json()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("room")
    engine = open_engine(f"sqlite:///{folder / 'room.db'}")
    upgrade(engine)
    stores = full_room(engine, folder / "reports")
    server = watch_room_server(stores, 0)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=120) as client:
        yield Served(client, closed(client))
    stores.close()


@pytest.mark.parametrize("path", READ)
def test_what_is_sent_is_what_the_document_says_and_there_is_something(served: Served, path: str) -> None:
    content = served.get(READ[path])
    jsonschema_rs.validate(schema_for(served.document, f"/api/v1{path}"), content)
    assert content


def test_the_document_has_no_route_that_is_not_read_here(served: Served) -> None:
    read = {path.removeprefix("/api/v1") for path, does in served.document["paths"].items() if "get" in does}
    assert read - {"/anchors/{name}", "/models/{model}/{environment}/groups/{group}"} == set(READ)


def test_an_anchor_is_given_with_its_promises(served: Served) -> None:
    for anchor in served.get("/anchors"):
        whole = served.get(f"/anchors/{anchor['id']}")
        jsonschema_rs.validate(schema_for(served.document, "/api/v1/anchors/{name}"), whole)
        assert whole["promises"]
