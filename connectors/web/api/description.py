"""The OpenAPI document of the API: its routes, its objects, and how somebody says who they are."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import msgspec
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from connectors.web.api.door import FORM_TOKEN
from connectors.web.api.schemas import components

VERSION = "1"
_ABOUT = """What the watch room's pages show and take, for programs.

Each answer is the object that the command of the same name prints with `--json`. What is amiss is a problem (RFC 9457)
with a `code` that stays the same. Lists come in parts (`limit`, `offset`), and say in `Link` where the next one is.
Fields may be added to objects; none is taken away or given another meaning under `/api/v1`."""


EXAMPLES = "examples.json"


def description(routes: Sequence[BaseRoute], session_cookie: str, *, asks_who: bool) -> dict[str, Any]:
    """The document. Where nobody is asked who they are, nothing need be shown."""
    document = get_openapi(
        title="Anchorwatch", version=VERSION, summary="The watch room", description=_ABOUT, routes=routes
    )
    parts = document.setdefault("components", {})
    parts["schemas"] = {**parts.get("schemas", {}), **components()}
    parts["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `anchorwatch token add NAME --role viewer`, or `responder` to write.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": session_cookie,
            "description": "The session of who logged in on the watch room's page.",
        },
        "form_token": {
            "type": "apiKey",
            "in": "header",
            "name": FORM_TOKEN,
            "description": "The `form_token` of `/api/v1/me`, with its cookie: who writes with a session shows it.",
        },
    }
    _show(document["paths"])
    nobody: list[dict[str, list[str]]] = [] if asks_who else [{}]
    document["security"] = [{"token": []}, {"session": []}, *nobody]
    for path in document["paths"].values():
        for operation in path.values():
            if "security" in operation:
                operation["security"] += nobody
    return document


def _show(paths: Mapping[str, Any]) -> None:
    """Put beside each answer what it looks like, shortened. A test made them of a room, and keeps them true."""
    examples = msgspec.json.decode(files(__package__).joinpath(EXAMPLES).read_bytes())
    for path, example in examples.items():
        if path in paths:
            paths[path]["get"]["responses"]["200"]["content"]["application/json"]["example"] = example
