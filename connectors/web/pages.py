"""The addresses of the watch room: each page as HTML, and with `.json` as the object that its command prints."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from connectors.web import forms
from connectors.web.done import forget_done, just_done, said_before
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.text.path_segment import of_segment
from monitor.review.ports.room import Room
from monitor.review.ports.screen import RefusedForm, Screen

JSON = "application/json"
POLICY = "Content-Security-Policy"
# Evidently's pages bring scripts of their own: they run without our origin, so without our cookies, and ask nobody.
APART = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline';"
    " img-src data: blob:; font-src data:; frame-ancestors 'none'"
)
_NUMBER_MAX = 2**63 - 1


def pages(room: Room) -> APIRouter:
    """Routes to every page. A name may hold anything (`to_segment`)."""
    router = APIRouter()
    for place, page in {
        "/": room.now,
        "/silences": room.silences,
        "/anchors": room.anchors,
        "/versions": room.versions,
        "/deploys": room.deploys,
        "/sinks": room.sinks,
        "/dead-letters": room.dead_letters,
        "/reports": room.reports,
    }.items():
        _both(router, place, page)

    for place, asked_page in {"/incidents": room.incidents, "/budget": room.budget}.items():
        _both(router, place, asked_page, asked=True)

    @router.get("/reports/{name:path}")
    def report(name: str) -> Response:
        made = room.report(name)
        return Response(made.content, media_type=made.media_type, headers={POLICY: APART})

    @router.get("/incidents/{number}/tickets.csv")
    def tickets(number: int) -> Response:
        return csv_file(room.missed_tickets(there(number)), f"incident-{number}-tickets")

    @router.get("/incidents/{number}/analysis.json")
    def analysis_json(number: int, *, as_opened: bool = False) -> Response:
        return json_of(room.analysis(there(number), as_opened=as_opened))

    @router.get("/incidents/{number}/analysis")
    def analysis(request: Request, number: int, *, as_opened: bool = False) -> Response:
        return html(request, room.analysis(there(number), as_opened=as_opened))

    @router.get("/incidents/{number}.json")
    def incident_json(number: int) -> Response:
        return json_of(room.incident(there(number)))

    @router.get("/incidents/{number}")
    def incident(request: Request, number: int) -> Response:
        return html(request, room.incident(there(number)))

    @router.get("/anchors/{name}/diff.json")
    def diff_json(name: str) -> Response:
        return json_of(room.anchor_difference(of_segment(name)))

    @router.get("/anchors/{name}/diff")
    def diff(request: Request, name: str) -> Response:
        return html(request, room.anchor_difference(of_segment(name)))

    @router.get("/anchors/{before}/diff/{after}.json")
    def diff_of_two_json(before: str, after: str) -> Response:
        return json_of(room.anchor_difference(of_segment(after), of_segment(before)))

    @router.get("/anchors/{before}/diff/{after}")
    def diff_of_two(request: Request, before: str, after: str) -> Response:
        return html(request, room.anchor_difference(of_segment(after), of_segment(before)))

    @router.get("/anchors/{name}.json")
    def anchor_json(name: str) -> Response:
        return json_of(room.anchor(of_segment(name)))

    @router.get("/anchors/{name}")
    def anchor(request: Request, name: str) -> Response:
        return html(request, room.anchor(of_segment(name)))

    @router.get("/models/{name}/{environment}.json")
    def model_json(request: Request, name: str, environment: str) -> Response:
        return json_of(room.model(of_segment(name), of_segment(environment), request.query_params))

    @router.get("/models/{name}/{environment}")
    def model(request: Request, name: str, environment: str) -> Response:
        return html(request, room.model(of_segment(name), of_segment(environment), request.query_params))

    @router.get("/models/{name}/{environment}/intents/{intent}.json")
    def intent_json(name: str, environment: str, intent: str, version: str, slice: str = "") -> Response:
        return json_of(room.cell(Cell(_model(name, environment, version), of_segment(intent), slice)))

    @router.get("/models/{name}/{environment}/intents/{intent}")
    def intent(
        request: Request, name: str, environment: str, intent: str, version: str, slice: str = ""
    ) -> Response:
        return html(request, room.cell(Cell(_model(name, environment, version), of_segment(intent), slice)))

    @router.get("/runbooks/{name}.json")
    def runbook_json(name: str) -> Response:
        return json_of(room.runbook(name))

    @router.get("/runbooks/{name}")
    def runbook(request: Request, name: str) -> Response:
        return html(request, room.runbook(name))

    @router.get("/models/{name}/{environment}/groups/{group}.json")
    def group_json(name: str, environment: str, group: str, version: str) -> Response:
        return json_of(room.cell(Cell.of_group(_model(name, environment, version), of_segment(group))))

    @router.get("/models/{name}/{environment}/groups/{group}")
    def group(request: Request, name: str, environment: str, group: str, version: str) -> Response:
        return html(request, room.cell(Cell.of_group(_model(name, environment, version), of_segment(group))))

    return router


def html(request: Request, page: Screen, status: int = 200, refused: RefusedForm | None = None) -> Response:
    """A page for a browser, which keeps the token of its forms, and what was typed into one that was refused."""
    token, visitor = forms.token_of(request), request.state.visitor
    done = just_done(request) if request.method == "GET" else ""
    response = HTMLResponse(page.html(token, visitor, refused, done, said_before(request)), status)
    if done:
        forget_done(request, response)
    if page.again_s:
        response.headers["Refresh"] = str(page.again_s)
    forms.keep(request, response, token)
    return response


def _both(router: APIRouter, place: str, page: Callable[..., Screen], *, asked: bool = False) -> None:
    """A page of this place, which takes what is `asked` in its address or nothing."""
    name = place.strip("/") or "now"

    def made(request: Request) -> Screen:
        return page(request.query_params) if asked else page()

    def as_html(request: Request) -> Response:
        return html(request, made(request))

    def as_json(request: Request) -> Response:
        return json_of(made(request))

    router.add_api_route(place, as_html, name=name)
    router.add_api_route(f"/{name}.json", as_json, name=f"{name}.json")


def csv_file(text: str, name: str) -> Response:
    """CSV for a browser to keep in a file of this name."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return PlainTextResponse(text, media_type="text/csv; charset=utf-8", headers=disposition)


def json_of(page: Screen) -> Response:
    """A page for programs."""
    return Response(page.json(), media_type=JSON)


def _model(name: str, environment: str, version: str) -> Model:
    return Model(of_segment(name), version, of_segment(environment))


def there(number: int) -> int:
    """A number that a database can be asked for; another is that of no incident."""
    return number if 0 < number <= _NUMBER_MAX else 0
