"""The addresses of the pages about labels."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from connectors.web.pages import csv_file, html, json_of, there
from monitor.review.ports.label_pages import LabelPages
from monitor.review.ports.screen import Screen

Asked = Callable[[Mapping[str, str]], Screen]


def label_pages(pages: LabelPages) -> APIRouter:
    """Routes to every page about labels, each also as JSON, and to its tickets as CSV."""
    router = APIRouter()
    for place, page in {
        "/labels": lambda _asked: pages.labels(),
        "/labels/plan": pages.plan,
        "/labels/drawn": lambda _asked: pages.drawn(),
        "/labels/disputed": pages.disputed,
        "/labels/early": pages.early,
    }.items():
        router.add_api_route(f"{place}.json", _json(page), name=f"{place}.json")
        router.add_api_route(place, _html(page), name=place)

    @router.get("/labels/drawn/{number}.csv")
    def draw(number: int) -> Response:
        return csv_file(pages.draw_csv(there(number)), f"draw-{number}")

    @router.get("/labels/disputed.csv")
    def disputed(request: Request) -> Response:
        return csv_file(pages.disputed_csv(request.query_params), "disputed")

    @router.get("/labels/early.csv")
    def early(request: Request) -> Response:
        return csv_file(pages.early_csv(request.query_params), "early")

    return router


def _html(page: Asked) -> Callable[[Request], Response]:
    def shown(request: Request) -> Response:
        return html(request, page(request.query_params))

    return shown


def _json(page: Asked) -> Callable[[Request], Response]:
    def sent(request: Request) -> Response:
        return json_of(page(request.query_params))

    return sent
