"""The addresses at which other systems are heard, each only with its signature."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from typing_extensions import override

from connectors.web.api.errors import as_problem, problem_of
from connectors.web.api.problems import MEDIA_TYPE as PROBLEM_TYPE
from connectors.web.api.problems import problem
from connectors.web.hooks.labels import HeardSender, hear_labels, is_from
from connectors.web.hooks.pagerduty import hear_pagerduty
from connectors.web.hooks.signatures import is_from_pagerduty, is_from_slack
from connectors.web.hooks.slack import Reply, hear_slack, words_of
from connectors.web.refusals import refusal
from monitor.domain.access.requests import RequestAnswer
from monitor.domain.events.refusals import UNREADABLE
from monitor.errors import AnchorwatchError, RequestInProgressError
from monitor.review.ports.elsewhere import IncidentsElsewhere
from monitor.review.ports.writing import Writer

log = structlog.get_logger(__name__)
JSON = "application/json"


class Heeded(NamedTuple):
    """Who is heard, by the secrets they sign with (nobody without one), and what is needed for it.

    `senders` send labels.
    """

    incidents: IncidentsElsewhere
    reply: Reply
    clock: Callable[[], datetime]
    pagerduty: Sequence[str] = ()
    slack: Sequence[str] = ()
    senders: Sequence[HeardSender] = ()

    @override
    def __repr__(self) -> str:
        return f"Heeded(senders={self.senders!r})"  # it holds secrets


def hooks(writer: Writer, heeded: Heeded) -> APIRouter:
    """Routes to those who are heard."""
    router = APIRouter(prefix="/hooks")

    if heeded.pagerduty:

        @router.post("/pagerduty", include_in_schema=False)
        async def pagerduty(request: Request) -> Response:
            body = await request.body()
            if not is_from_pagerduty(
                heeded.pagerduty, body, request.headers.get("x-pagerduty-signature", "")
            ):
                return _unsigned(request)
            return await run_in_threadpool(_pagerduty, request, body)

    def _pagerduty(request: Request, body: bytes) -> Response:
        try:
            return _sent(hear_pagerduty(body, writer, heeded.incidents, heeded.clock()))
        except UNREADABLE as err:
            return _unread(request, err)
        except RequestInProgressError:
            return Response(status_code=503, headers={"Retry-After": "5"})

    if heeded.slack:

        @router.post("/slack", include_in_schema=False)
        async def slack(request: Request) -> Response:
            body, headers = await request.body(), request.headers
            shown, sent_at = (
                headers.get("x-slack-signature", ""),
                headers.get("x-slack-request-timestamp", ""),
            )
            if not is_from_slack(heeded.slack, body, shown, sent_at, heeded.clock()):
                return _unsigned(request)
            return await run_in_threadpool(_slack, request, body)

    def _slack(request: Request, body: bytes) -> Response:
        try:
            answer, reply_to = hear_slack(body, writer, heeded.incidents)
        except UNREADABLE as err:
            return _unread(request, err)
        except RequestInProgressError:
            return Response(status_code=200)
        words = words_of(answer)
        told = BackgroundTask(heeded.reply, reply_to, words) if words and reply_to else None
        return Response(status_code=200, background=told)

    senders = {each.name: each for each in heeded.senders}

    if senders:

        @router.post("/labels/{name}", include_in_schema=False)
        async def labels(request: Request, name: str) -> Response:
            body, headers = await request.body(), request.headers
            sender = senders.get(name)
            if sender is None or not is_from(sender, headers, body, heeded.clock()):
                log.warning("labels without a signature of ours", path=request.scope["path"])
                return problem(request, "not_authenticated", _NOT_OURS)
            return await run_in_threadpool(_labels, request, sender, headers, body)

    def _labels(request: Request, sender: HeardSender, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            answer = hear_labels(sender, headers, body, writer)
        except UNREADABLE as err:
            return problem(request, "unreadable", f"this cannot be read: {err}")
        except RequestValidationError as err:
            return as_problem(request, err, router)
        except AnchorwatchError as err:
            return problem_of(request, err)
        media_type = PROBLEM_TYPE if answer.status >= 400 else JSON
        return Response(answer.body, answer.status, media_type=media_type)

    return router


_NOT_OURS = "this is signed with no secret of ours, or is older than five minutes"


def _sent(answer: RequestAnswer) -> Response:
    return Response(answer.body, answer.status, media_type=JSON)


def _unsigned(request: Request) -> Response:
    log.warning("a hook without a signature of ours", path=request.scope["path"])
    return refusal(request, "not_authenticated", "this is signed with no secret of ours")


def _unread(request: Request, error: Exception) -> Response:
    return refusal(request, "unreadable", f"this cannot be read: {error}")
