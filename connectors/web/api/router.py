"""Every route of the API, under `/api/v1`, and the document that describes them."""

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from connectors.web import cookies
from connectors.web.api.cells import cells
from connectors.web.api.description import description
from connectors.web.api.incidents import incidents
from connectors.web.api.labels import labels
from connectors.web.api.lists import other_lists
from connectors.web.api.me import me
from connectors.web.api.parameters import only_known
from connectors.web.api.problems import PREFIX
from connectors.web.api.said import said
from connectors.web.api.silenced import silenced
from connectors.web.api.wanted import wanted
from connectors.web.who import SESSION, Doorkeeper
from monitor.review.ports.room import Room
from monitor.review.ports.writing import Writer


def api(room: Room, writer: Writer, doorkeeper: Doorkeeper) -> APIRouter:
    """The routes."""
    router = APIRouter(
        prefix=PREFIX,
        dependencies=[Depends(only_known)],
        generate_unique_id_function=lambda route: route.name,
    )
    me(router)
    cells(router, room)
    incidents(router, room)
    other_lists(router, room)
    wanted(router, room.labels)
    said(router, writer)
    silenced(router, writer)
    labels(router, writer)

    @router.get("/openapi.json", include_in_schema=False)
    def document(request: Request) -> Response:
        session = cookies.full_name(SESSION, secure=request.state.secure)
        described = description(router.routes, session, asks_who=doorkeeper.web.asks_who)
        return Response(msgspec.json.encode(described), media_type="application/json")

    _answer_head(router)
    return router


def _answer_head(router: APIRouter) -> None:
    """What can be read can be asked about: the server leaves the bytes out."""
    for route in list(router.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            path = route.path.removeprefix(PREFIX)
            router.add_api_route(path, route.endpoint, methods=["HEAD"], include_in_schema=False)
