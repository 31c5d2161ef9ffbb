"""What a person says of an incident on its page; afterwards the browser is back on it."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from connectors.web.forms import sent
from connectors.web.pages import there
from monitor.domain.access.visitor import Visitor
from monitor.errors import ConfigError
from monitor.review.ports.room import Desk

HOURS_MAX = 24 * 90  # as long as a silence lasts
Act = Callable[[int, str, Mapping[str, str]], None]
"""What is done of an incident, by whom, with the fields that were sent."""


def says(desk: Desk) -> APIRouter:
    """Routes to everything that can be said."""
    router = APIRouter()
    acts: Mapping[str, Act] = {
        "acknowledge": lambda number, who, fields: desk.acknowledge(number, who, fields.get("why", "")),
        "note": lambda number, who, fields: desk.note(number, who, fields.get("words", "")),
        "resolve": lambda number, who, fields: desk.resolve(number, who, fields.get("why", "")),
        "silence": lambda number, who, fields: desk.silence(
            number, who, fields.get("why", ""), _hours(fields.get("hours", ""))
        ),
    }
    for name, act in acts.items():
        router.add_api_route(f"/incidents/{{number}}/{name}", _said(act), methods=["POST"], name=name)
    return router


def _said(act: Act) -> Callable[[Request, int], Awaitable[Response]]:
    async def said(request: Request, number: int) -> Response:
        fields = await sent(request)
        await run_in_threadpool(act, there(number), _who(request, fields), fields)
        return RedirectResponse(f"/incidents/{number}", 303)

    return said


def _who(request: Request, fields: Mapping[str, str]) -> str:
    """The person whom it is noted of: who entered, and where nobody is asked, whom they say they are."""
    visitor: Visitor = request.state.visitor
    who = visitor.name or fields.get("who", "").strip()
    if not who:
        raise ConfigError(["say who you are: it is kept beside what you did"])
    return who


def _hours(words: str) -> float:
    try:
        hours = float(words)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= HOURS_MAX:
        raise ConfigError(
            [f"for how many hours: a number above 0 and up to {HOURS_MAX:,} is needed, not {words!r}"]
        )
    return hours
