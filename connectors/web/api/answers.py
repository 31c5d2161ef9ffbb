"""What is read by the API: an object as its command prints it, or a part of a list, and not again where it is known."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

import msgspec
from fastapi import Depends, Query, Request
from starlette.datastructures import URL
from starlette.responses import Response

from connectors.web.api.problems import path_of

LIMIT, LIMIT_MAX = 100, 500
OFFSET_MAX = 2**53
KEPT = "private, no-cache"  # whoever keeps it asks each time whether it is still so


class ListPart(NamedTuple):
    """Which part of a list is asked for."""

    limit: int
    offset: int


def _part(
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="So many at most.")] = LIMIT,
    offset: Annotated[int, Query(ge=0, le=OFFSET_MAX, description="So many are passed over.")] = 0,
) -> ListPart:
    return ListPart(limit, offset)


AskedPart = Annotated[ListPart, Depends(_part)]


def answer(request: Request, content: object) -> Response:
    """An object; nothing of it where its `ETag` is one that the client has already."""
    return _sent(request, content, {})


def part_of(request: Request, content: object, asked: ListPart) -> Response:
    """A part of a list in its order, with how long the list is and where its next part is (RFC 8288)."""
    if not isinstance(content, Sequence):
        raise TypeError("only a list has parts")
    end = asked.offset + asked.limit
    return part_given(request, content[asked.offset : end], len(content), asked)


def part_given(request: Request, content: Sequence[object], length: int, asked: ListPart) -> Response:
    """The same where no more than that part was read of a list of this length."""
    headers = {"X-Total-Count": str(length)}
    if links := _links(request, asked, length):
        headers["Link"] = links
    return _sent(request, content, headers)


def tag_of(body: bytes) -> str:
    """The `ETag` of these very bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _links(request: Request, asked: ListPart, length: int) -> str:
    starts = {}
    if asked.offset:
        starts["first"] = 0
        starts["prev"] = max(asked.offset - asked.limit, 0)
    if asked.offset + asked.limit < length:
        starts["next"] = asked.offset + asked.limit
    here = URL(path_of(request)).replace(query=urlencode(request.query_params.multi_items()))
    return ", ".join(
        f'<{here.include_query_params(limit=asked.limit, offset=start)}>; rel="{name}"'
        for name, start in starts.items()
    )


def _sent(request: Request, content: object, headers: dict[str, str]) -> Response:
    body = msgspec.json.encode(content)
    tag = tag_of(body)
    headers |= {"ETag": tag, "Cache-Control": KEPT}
    if _is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _is_known(request: Request, tag: str) -> bool:
    """Whether the client has it: compared weakly, as RFC 9110 (13.1.2) has it for reading."""
    named = ",".join(request.headers.getlist("if-none-match"))
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in named.split(","))
