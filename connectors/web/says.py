"""What a person says of an incident, a silence or an anchor on its page; afterwards the browser is back on it.

Where it cannot be done, the page comes back with everything that was typed, and says at each field what is amiss.
"""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from connectors.web import forms
from connectors.web.done import keep_done
from connectors.web.pages import html, there
from connectors.web.unsent import UNSENT
from monitor.domain.access.visitor import Visitor
from monitor.domain.text.path_segment import of_segment, to_segment
from monitor.errors import AnchorwatchError, ConfigError, InputError, NotFoundError
from monitor.review.ports.room import Desk, Room
from monitor.review.ports.screen import RefusedForm, Screen

FIELDS = {"--by": "who", "--reason": "why", "--until": "until", "--match": "what", "WORDS": "words"}
"""What the commands call a word, and what the forms call it."""
SILENCES = "/silences"
NONE = "none"  # in an address, in the place of an anchor
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
        router.add_api_route(place, _said_of_incident(room, act), methods=["POST"], name=name)
        router.add_api_route(place, _page, name=f"{name} page")

    @router.post("/silences/add")
    async def add_silence(request: Request) -> Response:
        def add(who: str, fields: Mapping[str, str]) -> None:
            what, why, until = (fields.get(name, "") for name in ("what", "why", "until"))
            desk.add_silence(what, who, why, until)

        return await said(request, room, lambda _: room.silences(), add, SILENCES)

    @router.post("/silences/{number}/end")
    async def end_silence(request: Request, number: int) -> Response:
        known = there(number)
        return await said(
            request, room, lambda _: room.silences(), lambda _, __: desk.end_silence(known), SILENCES
        )

    @router.get("/silences/add")
    @router.get("/silences/{number}")
    @router.get("/silences/{number}/end")
    async def silences() -> Response:
        return RedirectResponse(SILENCES, 303)

    @router.post("/anchors/{name}/instead-of/{seen}/activate")
    async def activate(request: Request, name: str, seen: str) -> Response:
        anchor, instead_of = of_segment(name), "" if seen == NONE else of_segment(seen)
        return await said(
            request,
            room,
            lambda _: room.anchor_difference(anchor),
            lambda who, _: desk.activate(anchor, who, instead_of),
            f"/anchors/{to_segment(anchor)}",
        )

    @router.get("/anchors/{name}/instead-of/{seen}")
    @router.get("/anchors/{name}/instead-of/{seen}/activate")
    async def difference(name: str, seen: str) -> Response:
        return RedirectResponse(f"/anchors/{to_segment(of_segment(name))}/diff", 303)

    return router


async def said(
    request: Request,
    room: Room,
    page: Callable[[Mapping[str, str]], Screen],
    act: Callable[[str, Mapping[str, str]], str | None],
    afterwards: str,
) -> Response:
    """Do what a form asks: `act` gets who says it, and the fields. Then the browser goes to the address `afterwards`,
    or to the one that `act` gives.

    Where it is not done, it is on the form's `page`.
    """
    fields = await forms.typed(request)
    try:
        forms.check(request, fields)
        if UNSENT in fields:
            return await run_in_threadpool(_unsent, page, request, fields)
        place = await run_in_threadpool(act, _who(request, fields), fields)
    except NotFoundError:
        raise
    except AnchorwatchError as err:
        return await run_in_threadpool(_refused, room, page, request, fields, err)
    response = RedirectResponse(place or afterwards, 303)
    keep_done(request, response, fields)
    return response


def _said_of_incident(room: Room, act: Act) -> Callable[[Request, int], Awaitable[Response]]:
    async def of_incident(request: Request, number: int) -> Response:
        known = there(number)
        here = f"/incidents/{number}"
        return await said(
            request, room, lambda _: room.incident(known), lambda who, fields: act(known, who, fields), here
        )

    return of_incident


async def _page(number: int) -> Response:
    """Who comes to the address of an action (by the browser's history) wants the incident."""
    return RedirectResponse(f"/incidents/{number}", 303)


def _unsent(
    page: Callable[[Mapping[str, str]], Screen], request: Request, fields: Mapping[str, str]
) -> Response:
    words = "not sent yet, as your session was over: look at it once more, and send it"
    return html(request, page(fields), refused=RefusedForm(request.url.path, fields, {}, words))


def _refused(
    room: Room,
    page: Callable[[Mapping[str, str]], Screen],
    request: Request,
    fields: Mapping[str, str],
    error: AnchorwatchError,
) -> Response:
    """The form's page again; where that cannot be had either, a page that has at least what was typed."""
    of_fields = error.fields if isinstance(error, InputError) else {}
    words = "" if of_fields else str(error)
    refused = RefusedForm(
        request.url.path, fields, {FIELDS.get(name, name): why for name, why in of_fields.items()}, words
    )
    try:
        again = page(fields)
    except AnchorwatchError as no_page:
        return html(request, room.missing(str(no_page)), 503, refused)
    status = 422 if of_fields else 409 if isinstance(error, ConfigError) else 503
    return html(request, again, status, refused)


def _who(request: Request, fields: Mapping[str, str]) -> str:
    """The person whom it is noted of: who entered, and where nobody is asked, whom they say they are."""
    visitor: Visitor = request.state.visitor
    return visitor.name or fields.get("who", "").strip()
