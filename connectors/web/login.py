"""The way in and out: a page that takes a token, and the end of a session."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from connectors.web.forms import check, sent, typed
from connectors.web.unsent import kept
from connectors.web.who import LOGIN, LOGOUT, Doorkeeper, own_path
from monitor.errors import ConfigError


def login(doorkeeper: Doorkeeper) -> APIRouter:
    """Routes to both."""
    router = APIRouter()

    @router.get(LOGIN)
    async def ask(request: Request, to: str = "/") -> Response:
        return doorkeeper.login_page(request, own_path(to))

    @router.post(LOGIN)
    async def enter(request: Request) -> Response:
        fields = await typed(request)
        back = own_path(fields.get("to", "/"))
        try:
            check(request, fields)
        except ConfigError as err:
            return doorkeeper.login_page(request, back, str(err), 409, kept(fields))
        return doorkeeper.enter(request, fields.get("token", "").strip(), back, kept(fields))

    @router.post(LOGOUT)
    async def leave(request: Request) -> Response:
        await sent(request)
        return doorkeeper.leave(request)

    return router
