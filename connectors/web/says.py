"""What a person says of an incident on its page; afterwards the browser is back on it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from connectors.web.forms import sent
from connectors.web.pages import there
from monitor.domain.access.visitor import Visitor
from monitor.errors import ConfigError
from monitor.review.ports.room import Desk

HOURS_MAX = 24 * 90  # as long as a silence lasts


def says(desk: Desk) -> APIRouter:
    """Routes to everything that can be said."""
    router = APIRouter()

    @router.post("/incidents/{number}/acknowledge")
    async def acknowledge(request: Request, number: int) -> Response:
        fields = await sent(request)
        await run_in_threadpool(desk.acknowledge, there(number), _who(request, fields), fields.get("why", ""))
        return _back(number)

    @router.post("/incidents/{number}/note")
    async def note(request: Request, number: int) -> Response:
        fields = await sent(request)
        await run_in_threadpool(desk.note, there(number), _who(request, fields), fields.get("words", ""))
        return _back(number)

    @router.post("/incidents/{number}/resolve")
    async def resolve(request: Request, number: int) -> Response:
        fields = await sent(request)
        await run_in_threadpool(desk.resolve, there(number), _who(request, fields), fields.get("why", ""))
        return _back(number)

    @router.post("/incidents/{number}/silence")
    async def silence(request: Request, number: int) -> Response:
        fields = await sent(request)
        hours = _hours(fields.get("hours", ""))
        await run_in_threadpool(
            desk.silence, there(number), _who(request, fields), fields.get("why", ""), hours
        )
        return _back(number)

    return router


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


def _back(number: int) -> Response:
    return RedirectResponse(f"/incidents/{number}", 303)
