"""What a person says of an incident on its page; afterwards the browser is back on it.

Where it cannot be done, the page comes back with everything that was typed, and says at each field what is amiss.
"""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from connectors.web import forms
from connectors.web.pages import html, there
from connectors.web.unsent import UNSENT
from monitor.domain.access.visitor import Visitor
from monitor.errors import AnchorwatchError, ConfigError, InputError, NotFoundError
from monitor.review.ports.room import Desk, Room
from monitor.review.ports.screen import Refused

FIELDS = {"--by": "who", "--reason": "why", "--until": "until", "WORDS": "words"}
"""What the commands call a word, and what the forms call it."""
Act = Callable[[int, str, Mapping[str, str]], None]
"""What is done of an incident, by whom, with the fields that were sent."""


def says(room: Room, desk: Desk) -> APIRouter:
    """Routes to everything that can be said."""
    router = APIRouter()
    acts: Mapping[str, Act] = {
        "acknowledge": lambda number, who, fields: desk.acknowledge(number, who, fields.get("why", "")),
        "note": lambda number, who, fields: desk.note(number, who, fields.get("words", "")),
        "resolve": lambda number, who, fields: desk.resolve(number, who, fields.get("why", "")),
        "silence": lambda number, who, fields: desk.silence(
            number, who, fields.get("why", ""), fields.get("until", "")
        ),
    }
    for name, act in acts.items():
        place = f"/incidents/{{number}}/{name}"
        router.add_api_route(place, _said(room, act), methods=["POST"], name=name)
        router.add_api_route(place, _page, name=f"{name} page")
    return router


def _said(room: Room, act: Act) -> Callable[[Request, int], Awaitable[Response]]:
    async def said(request: Request, number: int) -> Response:
        fields = await forms.typed(request)
        try:
            forms.check(request, fields)
            if UNSENT in fields:
                return await run_in_threadpool(_unsent, room, request, there(number), fields)
            await run_in_threadpool(act, there(number), _who(request, fields), fields)
        except NotFoundError:
            raise
        except AnchorwatchError as err:
            return await run_in_threadpool(_refused, room, request, there(number), fields, err)
        return RedirectResponse(f"/incidents/{number}", 303)

    return said


async def _page(number: int) -> Response:
    """Who comes to the address of an action (by the browser's history) wants the incident."""
    return RedirectResponse(f"/incidents/{number}", 303)


def _unsent(room: Room, request: Request, number: int, fields: Mapping[str, str]) -> Response:
    words = "not sent yet, as your session was over: look at it once more, and send it"
    return html(request, room.incident(number), refused=Refused(request.url.path, fields, {}, words))


def _refused(
    room: Room, request: Request, number: int, fields: Mapping[str, str], error: AnchorwatchError
) -> Response:
    """The incident's page again; where that cannot be had either, a page that has at least what was typed."""
    of_fields = error.fields if isinstance(error, InputError) else {}
    words = "" if of_fields else str(error)
    refused = Refused(
        request.url.path, fields, {FIELDS.get(name, name): why for name, why in of_fields.items()}, words
    )
    try:
        page = room.incident(number)
    except AnchorwatchError as no_page:
        return html(request, room.missing(str(no_page)), 503, refused)
    status = 422 if of_fields else 409 if isinstance(error, ConfigError) else 503
    return html(request, page, status, refused)


def _who(request: Request, fields: Mapping[str, str]) -> str:
    """The person whom it is noted of: who entered, and where nobody is asked, whom they say they are."""
    visitor: Visitor = request.state.visitor
    return visitor.name or fields.get("who", "").strip()
