"""What is amiss, for programs: problem details (RFC 9457), each with a code that stays the same."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"


class ProblemKind(NamedTuple):
    """The status that a problem is answered with, and what it is in general."""

    status: int
    title: str


PROBLEMS: Mapping[str, ProblemKind] = {
    "unreadable": ProblemKind(400, "What was sent is no JSON"),
    "not_authenticated": ProblemKind(401, "Nobody is let in by what was shown"),
    "not_allowed": ProblemKind(403, "This is not for you to do"),
    "forged_header": ProblemKind(403, "A header that only the proxy may set"),
    "from_elsewhere": ProblemKind(403, "Sent by the page of another site"),
    "form_token_missing": ProblemKind(403, "Sent without the token of the session's forms"),
    "not_found": ProblemKind(404, "There is no such thing"),
    "method_not_allowed": ProblemKind(405, "Nothing like that can be done here"),
    "conflict": ProblemKind(409, "Not as things stand"),
    "request_in_progress": ProblemKind(409, "The same request is being done"),
    "changed_meanwhile": ProblemKind(412, "No longer as it was seen"),
    "too_long": ProblemKind(413, "More than is taken, or of unknown length"),
    "not_json": ProblemKind(415, "Something else than JSON was sent"),
    "misdirected": ProblemKind(421, "Not the name of this watch room"),
    "invalid": ProblemKind(422, "What was sent or asked for is not valid"),
    "key_used": ProblemKind(422, "The key of another request"),
    "labels_refused": ProblemKind(422, "Labels that were refused"),
    "too_many_tries": ProblemKind(429, "Too many tokens that are none"),
    "headers_too_long": ProblemKind(431, "The headers are too long"),
    "defect": ProblemKind(500, "A defect of Anchorwatch"),
    "unavailable": ProblemKind(503, "The database or a sink is out of reach"),
}
"""Every problem by its code."""


class FieldProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with one field of the body, by its JSON pointer, or with one parameter."""

    detail: str
    pointer: str = ""
    parameter: str = ""


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something was not answered or not done.

    `type` is the kind of problem, an address that says what it means, and `code` its last part, which never changes.
    `detail` is for people. `instance` is the path that was asked for. `errors` are there where fields or parameters are
    not valid.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: Sequence[FieldProblem] = ()


def is_for_programs(request: Request) -> bool:
    """Whether the API was asked."""
    path: str = request.scope["path"]
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def problem(
    request: Request,
    code: str,
    detail: str,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says what is amiss."""
    kind = PROBLEMS[code]
    said = ProblemDetails(
        type_of(code), kind.title, kind.status, detail.strip(), path_of(request), code, errors
    )
    return Response(msgspec.json.encode(said), kind.status, dict(headers or {}), MEDIA_TYPE)


def path_of(request: Request) -> str:
    """The path that was asked for, as an address has it."""
    return quote(request.scope["path"], safe="/~")


def type_of(code: str) -> str:
    """The address of a kind of problem, where it is explained."""
    return f"{PREFIX}/problems/{code.replace('_', '-')}"
