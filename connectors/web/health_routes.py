"""`/metrics`, `/healthz` and `/readyz` on the watch room's own server, where both are to be at one port."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from connectors.web.health_answers import METRICS, HealthAnswers

ASK = "send a token to read why"


def health_routes(answers: HealthAnswers) -> APIRouter:
    """The three routes. Who has not said who they are reads whether the agent is well, and not why."""
    router = APIRouter()

    async def health(request: Request) -> Response:
        """Asked of no thread: while all of them wait for the database, the agent is still seen to live."""
        healthy, body = answers.health(request.url.path)
        if not healthy and not request.state.is_inside():
            body["reasons"] = [ASK]
        return JSONResponse(body, 200 if healthy else 503)

    def metrics(request: Request) -> Response:
        head: list[Any] = []
        body = answers.metrics(_environ(request), lambda status, headers: head.extend((status, headers)))
        status, headers = head
        return Response(b"".join(body), int(status.split()[0]), dict(headers))

    for path in answers.reasons:
        router.add_api_route(path, health, methods=["GET", "HEAD"], name=path)
    router.add_api_route(METRICS, metrics, methods=["GET"], name=METRICS)
    return router


def _environ(request: Request) -> dict[str, Any]:
    """As much of a request as the metrics look at, in the words of WSGI."""
    return {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": METRICS,
        "QUERY_STRING": request.url.query,
        "HTTP_ACCEPT": request.headers.get("accept", ""),
        "HTTP_ACCEPT_ENCODING": request.headers.get("accept-encoding", ""),
    }
