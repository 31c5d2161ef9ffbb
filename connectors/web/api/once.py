"""What a request says of itself where it writes: its `Idempotency-Key`, and in `If-Match` what the caller had seen."""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from connectors.web.api.answers import tag_of
from connectors.web.api.errors import problem_of
from connectors.web.api.problems import MEDIA_TYPE
from monitor.domain.access.requests import KEY_MAX, KeyedRequest, RequestAnswer
from monitor.domain.access.visitor import Visitor
from monitor.errors import AnchorwatchError
from monitor.review.ports.writing import AskedWrite

JSON = "application/json"


class Writing(NamedTuple):
    """A request that writes: who sent it, and its key where it has one."""

    request: Request
    visitor: Visitor
    key: KeyedRequest | None
    seen: str

    def asked(self, status: int = 200) -> AskedWrite[object]:
        """How an object is asked for that is answered with this status."""
        return self.asked_for(lambda content: RequestAnswer(status, msgspec.json.encode(content).decode()))

    def asked_for(self, answered: Callable[[Any], RequestAnswer]) -> AskedWrite[Any]:
        """How something else is asked for."""
        return AskedWrite(self.key, answered, self._refused, self._is_as_seen)

    def who(self, by: str) -> str:
        """The person whom it is noted of: who entered, and where nobody is asked, whom they say they are.

        Raises:
            RequestValidationError: they say they are somebody else.
        """
        if self.visitor.name and by not in ("", self.visitor.name):
            words = f"you are {self.visitor.name}: leave it out"
            raise RequestValidationError([{"type": "value_error", "loc": ("body", "by"), "msg": words}])
        return self.visitor.name or by

    def _refused(self, refusal: AnchorwatchError) -> RequestAnswer:
        problem = problem_of(self.request, refusal)
        return RequestAnswer(problem.status_code, bytes(problem.body).decode())

    def _is_as_seen(self, content: object) -> bool:
        """Whether it has one of the tags of `If-Match`: compared strongly, as RFC 9110 (13.1.1) has it."""
        tags = [each.strip() for each in self.seen.split(",")]
        return not self.seen or "*" in tags or tag_of(msgspec.json.encode(content)) in tags


def sent(answer: RequestAnswer) -> Response:
    """The answer over HTTP, the first time and every other."""
    body = answer.body.encode()
    if answer.status >= 400:
        return Response(body, answer.status, media_type=MEDIA_TYPE)
    return Response(body, answer.status, {"ETag": tag_of(body)}, JSON)


async def _writing(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=KEY_MAX,
            pattern="^[!-~]+$",
            description="The same request with the same key is done once, and answered as the first time for a day.",
        ),
    ] = None,
) -> Writing:
    return await _read(request, key, "")


async def _changing(
    request: Request,
    writing: Annotated[Writing, Depends(_writing)],
    if_match: Annotated[
        str,
        Header(
            alias="If-Match",
            description="The `ETag` of what is to be changed, as it was read: 412 where it is another by now.",
        ),
    ] = "",
) -> Writing:
    key = writing.key.key if writing.key is not None else None
    return await _read(request, key, if_match)


async def _read(request: Request, key: str | None, seen: str) -> Writing:
    visitor: Visitor = request.state.visitor
    if key is None:
        return Writing(request, visitor, None, seen)
    route = f"{request.method} {request.scope['path']}"
    content = b"\0".join([seen.encode(), await request.body()])
    return Writing(request, visitor, KeyedRequest(visitor.name, route, key, content), seen)


AskedWriting = Annotated[Writing, Depends(_writing)]
AskedChange = Annotated[Writing, Depends(_changing)]
