"""An error of ours, or of the framework, in; the problem that is answered out."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from connectors.web.api.problems import PROBLEMS, FieldProblem, problem
from monitor.errors import (
    ChangedMeanwhileError,
    ConfigError,
    InputError,
    NotFoundError,
    RequestChangedError,
    RequestInProgressError,
)

_CODES = (
    (NotFoundError, "not_found"),
    (ConfigError, "conflict"),
    (ChangedMeanwhileError, "changed_meanwhile"),
    (RequestInProgressError, "request_in_progress"),
    (RequestChangedError, "key_used"),
)
_FIELDS = {"--by": "by", "--reason": "why", "--until": "until", "--match": "matchers", "WORDS": "words"}
"""What the commands call a word, and what a body calls it."""
_SOON = {"Retry-After": "5"}  # seconds
_BY_STATUS = {kind.status: code for code, kind in reversed(list(PROBLEMS.items()))}


def as_problem(request: Request, error: Exception, router: APIRouter) -> Response:
    """The answer to an error. Of a method that is not there it says which are (RFC 9110, 15.5.6)."""
    if isinstance(error, RequestValidationError):
        return _invalid(request, error)
    if isinstance(error, HTTPException):
        return _of_the_framework(request, error, router)
    return problem_of(request, error)


def problem_of(request: Request, error: Exception) -> Response:
    """The answer to an error of ours."""
    if isinstance(error, InputError):
        fields = [FieldProblem(why, f"#/{_FIELDS.get(name, name)}") for name, why in error.fields.items()]
        return problem(request, "invalid", _worded(fields), fields)
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "unavailable")
    return problem(request, code, str(error), headers=_SOON if code == "request_in_progress" else None)


def _of_the_framework(request: Request, error: HTTPException, router: APIRouter) -> Response:
    code = _BY_STATUS.get(error.status_code, "defect")
    if code == "not_found":
        return problem(
            request, code, "there is nothing at this address; `/api/v1/openapi.json` lists what there is"
        )
    if code != "method_not_allowed":
        return problem(request, code, str(error.detail), headers=error.headers)
    methods: set[str] = set()
    for route in router.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    allowed = ", ".join(sorted(methods))
    return problem(request, code, f"here you can {allowed}", headers={"Allow": allowed})


def _invalid(request: Request, error: RequestValidationError) -> Response:
    """What is wrong with each field, by JSON pointer, and with each parameter, by its name."""
    errors = error.errors()
    if any(each["type"] == "json_invalid" for each in errors):
        return problem(request, "unreadable", "the body is no JSON")
    fields = [_field(each["loc"], each["msg"]) for each in errors]
    return problem(request, "invalid", _worded(fields), fields)


def _worded(fields: Sequence[FieldProblem]) -> str:
    return "; ".join(f"{each.parameter or each.pointer}: {each.detail}" for each in fields)


def _field(place: tuple[int | str, ...], words: str) -> FieldProblem:
    where, *names = map(str, place)
    if where == "body":
        steps = "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)
        return FieldProblem(words, pointer=f"#{steps}")
    return FieldProblem(words, parameter=".".join(names))
