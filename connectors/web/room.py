"""The watch room over HTTP: its pages, what is said there, and what is answered where something is amiss."""

from collections.abc import Mapping
from typing import Protocol

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import Response

from connectors.web.api.errors import as_problem
from connectors.web.api.problems import is_for_programs
from connectors.web.api.router import api
from connectors.web.backtests import backtests
from connectors.web.changes import changes
from connectors.web.guard import Guard
from connectors.web.health_answers import HealthAnswers
from connectors.web.health_routes import health_routes
from connectors.web.hooks.routes import Heeded, hooks
from connectors.web.label_pages import label_pages
from connectors.web.login import login
from connectors.web.pages import html, pages
from connectors.web.says import says
from connectors.web.who import Doorkeeper
from monitor.errors import AnchorwatchError, ConfigError, LeaseHeldError, NotFoundError
from monitor.review.ports.room import Desk, Room
from monitor.review.ports.writing import Writer


class StaticFile(Protocol):
    """A file that pages need."""

    @property
    def media_type(self) -> str:
        """What it is."""
        ...

    @property
    def content(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def packed(self) -> bytes:
        """The same by gzip."""
        ...

    @property
    def version(self) -> str:
        """A few characters that are others whenever the content is."""
        ...


def watch_room(
    room: Room,
    desk: Desk,
    writer: Writer,
    assets: Mapping[str, StaticFile],
    doorkeeper: Doorkeeper,
    heeded: Heeded | None = None,
    health: HealthAnswers | None = None,
) -> FastAPI:
    """The application, which lets in whom the doorkeeper knows, and hears whom it heeds; with the agent's `health`,
    where it is served here too.
    """
    app = FastAPI(
        title="Anchorwatch", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    probes = list(health.reasons) if health is not None else []
    app.add_middleware(BaseHTTPMiddleware, dispatch=Guard(doorkeeper, probes))
    if health is not None:
        app.include_router(health_routes(health))
    app.include_router(pages(room))
    app.include_router(label_pages(room.labels))
    app.include_router(says(room, desk))
    app.include_router(backtests(room))
    if doorkeeper.takes_tokens:
        app.include_router(login(doorkeeper))
    app.include_router(changes(room.mark))
    programs = api(room, writer, doorkeeper)
    app.include_router(programs)
    if heeded is not None:
        app.include_router(hooks(writer, heeded))

    @app.get("/static/{name}")
    def static(request: Request, name: str, v: str = "") -> Response:
        if name not in assets:
            raise HTTPException(404)
        return _file(assets[name], v, request.headers.get("accept-encoding", ""))

    def refused(request: Request, error: Exception) -> Response:
        if is_for_programs(request):
            return as_problem(request, error, programs)
        if doorkeeper.asks_still(request):
            return doorkeeper.missing(_words(error), _status(error))
        asked = dict(request.query_params.items()) if request.method == "GET" else {}
        return html(request, room.missing(_words(error), asked), _status(error))

    for kind in (AnchorwatchError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, refused)
    return app


def _file(file: StaticFile, version: str, encodings: str) -> Response:
    """A file; who asks for the version that there is may keep it for good."""
    headers = {"Vary": "Accept-Encoding"}
    if version == file.version:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if "gzip" not in encodings:
        return Response(file.content, media_type=file.media_type, headers=headers)
    return Response(file.packed, media_type=file.media_type, headers=headers | {"Content-Encoding": "gzip"})


def _words(error: Exception) -> str:
    if isinstance(error, AnchorwatchError):
        return str(error)
    if isinstance(error, HTTPException) and error.status_code == 405:
        return "this page cannot be sent anything like that"
    return "there is no page at this address; `now` leads to everything there is"


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, NotFoundError | RequestValidationError):
        return 404
    if isinstance(error, LeaseHeldError):
        return 503
    return 409 if isinstance(error, ConfigError) else 503
