"""The OpenAPI document of a room, made stricter for tests: no object has a field that it does not name."""

from collections.abc import Mapping
from typing import Any

import httpx


def closed(client: httpx.Client) -> dict[str, Any]:
    """The document that is served, in which every object is whole."""
    document: dict[str, Any] = client.get("/api/v1/openapi.json").raise_for_status().json()
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document


def schema_for(document: Mapping[str, Any], path: str, status: int = 200) -> dict[str, Any]:
    """The schema of what a path of the document gives."""
    content = document["paths"][path]["get"]["responses"][str(status)]["content"]
    return {"$ref": "", **content["application/json"]["schema"], "components": document["components"]}
