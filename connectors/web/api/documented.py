"""What a route of the API says of itself in the OpenAPI document: what it answers, and what may be amiss."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.web.api.problems import MEDIA_TYPE, PROBLEMS, ProblemDetails, type_of
from connectors.web.api.schemas import schema_of

ALWAYS = (
    "not_authenticated",
    "not_allowed",
    "forged_header",
    "misdirected",
    "invalid",
    "too_many_tries",
    "headers_too_long",
    "defect",
    "unavailable",
)
WRITING = ("unreadable", "from_elsewhere", "form_token_missing", "conflict", "too_long", "not_json")
_LATER = ("too_many_tries", "request_in_progress")  # they say after how many seconds
ETAG = {
    "ETag": {
        "description": "Of these very bytes; for `If-None-Match`.",
        "schema": {"type": "string"},
        "required": True,
    }
}
PAGING = {
    "Link": {
        "description": "Where the `first`, `prev` and `next` parts are (RFC 8288); the last has no `next`.",
        "schema": {"type": "string"},
    },
    "X-Total-Count": {
        "description": "How many there are in all.",
        "schema": {"type": "integer", "minimum": 0},
        "required": True,
    },
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of what the client has: 304 where it still is so.",
    "schema": {"type": "string"},
}


def gives(shape: Any, *codes: str, words: str, example: object = None) -> dict[str, Any]:  # noqa: ANN401 - a type
    """How a route is documented that gives an object of this type. `codes` are problems beside the usual ones."""
    done = {"description": words, "content": _json(shape, example)}
    return {"responses": {200: done, **problems(*ALWAYS, *codes)}}


def reads(shape: Any, *codes: str, words: str, example: object = None) -> dict[str, Any]:  # noqa: ANN401
    """The same of one whose answers a client may keep, and ask whether they still are so."""
    given = gives(shape, *codes, words=words, example=example)
    given["responses"][200]["headers"] = ETAG
    given["responses"][304] = {"description": "It is as the client has it.", "headers": ETAG}
    return {**given, "openapi_extra": {"parameters": [IF_NONE_MATCH]}}


def lists(shape: Any, *codes: str, words: str, example: object = None) -> dict[str, Any]:  # noqa: ANN401
    """The same of one that gives a part of a list of such objects."""
    listed = reads(list[shape], *codes, words=words, example=None if example is None else [example])
    listed["responses"][200]["headers"] = {**ETAG, **PAGING}
    return listed


def writes(shape: Any, *codes: str, status: int = 200, words: str, example: object = None) -> dict[str, Any]:  # noqa: ANN401
    """The same of one that changes something, and gives what it comes to; None: nothing is given."""
    done: dict[str, Any] = {"description": words}
    if shape is not None:
        done["content"] = _json(shape, example)
    return {
        "status_code": status,
        "responses": {status: done, **problems(*ALWAYS, *WRITING, *codes)},
        "openapi_extra": {"security": [{"token": []}, {"session": [], "form_token": []}]},
    }


def problems(*codes: str) -> dict[int, dict[str, Any]]:
    """The answers that say what is amiss, by status."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        by_status[PROBLEMS[code].status].append(code)
    return {status: _problem(of_status) for status, of_status in sorted(by_status.items())}


def _problem(codes: list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "description": "; ".join(f"`{code}`: {PROBLEMS[code].title}" for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": schema_of(ProblemDetails),
                "examples": {code: {"value": _example(code)} for code in codes},
            }
        },
    }
    headers = {"not_authenticated": "WWW-Authenticate"} | dict.fromkeys(_LATER, "Retry-After")
    named = [headers[code] for code in codes if code in headers]
    if named:
        said["headers"] = {name: {"schema": {"type": "string"}} for name in named}
    return said


def _example(code: str) -> Mapping[str, object]:
    kind = PROBLEMS[code]
    return {
        "type": type_of(code),
        "title": kind.title,
        "status": kind.status,
        "detail": "there is no incident 9",
        "instance": "/api/v1/incidents/9",
        "code": code,
    }


def _json(shape: Any, example: object = None) -> dict[str, Any]:  # noqa: ANN401
    content: dict[str, Any] = {"schema": schema_of(shape)}
    if example is not None:
        content["example"] = msgspec.to_builtins(example)
    return {"application/json": content}
