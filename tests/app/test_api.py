"""The API on a real database: each answer is the object of its page, and what the document says of it is true.

`WRITE_EXAMPLES=1` writes anew what the document shows of each answer.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from connectors.web.api.description import EXAMPLES
from monitor.domain.text.path_segment import to_segment
from tests.app.api_room import ServedApi, served_api
from tests.app.full_room import SHOP, SLASHED
from tests.connectors.web.api.documents import schema_for

SHOP_AT = f"/models/{to_segment(SHOP.name)}/{to_segment(SHOP.environment)}"
INTENT_AT = f"{SHOP_AT}/intents/{to_segment(SLASHED)}?version=2.0"
EXAMPLES_FILE = Path(__file__).parents[2] / "connectors" / "web" / "api" / EXAMPLES
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
    "/labels/plan": "/labels/plan?model=tickets",
    "/labels/disputed": "/labels/disputed",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApi]:
    with served_api(tmp_path_factory.mktemp("read")) as each:
        yield each


@pytest.mark.parametrize("path", READ)
def test_what_is_sent_is_what_the_document_says_and_there_is_something(served: ServedApi, path: str) -> None:
    content = served.get(READ[path])
    jsonschema_rs.validate(schema_for(served.document, f"/api/v1{path}"), content)
    assert content


def test_the_document_has_no_route_that_is_not_read_here(served: ServedApi) -> None:
    read = {path.removeprefix("/api/v1") for path, does in served.document["paths"].items() if "get" in does}
    assert read - {
        "/anchors/{name}",
        "/models/{model}/{environment}/groups/{group}",
        "/labels/drawn",
        "/labels/early",
    } == set(READ)


def test_an_anchor_is_given_with_its_promises(served: ServedApi) -> None:
    for anchor in served.get("/anchors"):
        whole = served.get(f"/anchors/{anchor['id']}")
        jsonschema_rs.validate(schema_for(served.document, "/api/v1/anchors/{name}"), whole)
        assert whole["promises"]


def test_the_document_shows_what_each_answer_looks_like(served: ServedApi) -> None:
    if os.environ.get("WRITE_EXAMPLES"):
        shown = {f"/api/v1{path}": _shortened(served.get(asked)) for path, asked in READ.items()}
        shown["/api/v1/me"]["form_token"] = "a-token-of-32-characters-and-more"
        EXAMPLES_FILE.write_bytes(msgspec.json.format(msgspec.json.encode(shown)) + b"\n")
    examples = msgspec.json.decode(EXAMPLES_FILE.read_bytes())
    assert examples.keys() == {f"/api/v1{path}" for path in READ}
    for path, example in examples.items():
        jsonschema_rs.validate(schema_for(served.document, path), example)


def _shortened(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The first of each list alone."""
    if isinstance(value, dict):
        return {name: _shortened(each) for name, each in value.items()}
    return [_shortened(each) for each in value[:1]] if isinstance(value, list) else value
