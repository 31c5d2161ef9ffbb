"""Backtests over HTTP: begun from the budget's page, looked at under an address of their own, and cancelled."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from connectors.web.pages import html, json_of
from connectors.web.says import said
from monitor.review.ports.room import Room


def backtests(room: Room) -> APIRouter:
    """Routes to all of it."""
    router, known = APIRouter(), room.backtests

    @router.post("/budget/backtest")
    async def begin(request: Request) -> Response:
        return await said(
            request,
            room,
            lambda fields: room.budget(fields),
            lambda who, fields: f"/backtests/{known.begin(fields, who)}",
            "/budget",
        )

    @router.get("/budget/backtest")
    async def budget() -> Response:
        return RedirectResponse("/budget", 303)

    @router.post("/backtests/{name}/cancel")
    async def cancel(request: Request, name: str) -> Response:
        return await said(
            request,
            room,
            lambda _: known.page(name),
            lambda who, _: known.cancel(name, who),
            f"/backtests/{name}",
        )

    @router.get("/backtests/{name}/cancel")
    async def back(name: str) -> Response:
        return RedirectResponse(f"/backtests/{name}", 303)

    @router.get("/backtests/{name}.json")
    def backtest_json(name: str) -> Response:
        return json_of(known.page(name))

    @router.get("/backtests/{name}")
    def backtest(request: Request, name: str) -> Response:
        return html(request, known.page(name))

    return router
