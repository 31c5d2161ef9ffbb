"""Why a request is refused before any page is asked: a problem for the API, a line for everybody else."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from connectors.web.api.problems import PROBLEMS, is_for_programs, problem

ASKS_FOR_A_TOKEN = {"WWW-Authenticate": 'Bearer realm="Anchorwatch"'}


def refusal(request: Request, code: str, words: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer, with the status of the code."""
    if is_for_programs(request):
        return problem(request, code, words, headers=headers)
    return PlainTextResponse(f"{words}\n", PROBLEMS[code].status, dict(headers or {}))
