"""Who asks, as the watch room knows them, and what they show where they write; and what each kind of problem means."""

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from connectors.web import forms
from connectors.web.api.documented import gives
from connectors.web.api.problems import PROBLEMS, type_of
from monitor.domain.access.visitor import RoomRole, Visitor
from monitor.errors import NotFoundError


class SentVisitor(msgspec.Struct, kw_only=True):
    """Who asks: the name is empty where nobody is asked for it.

    `form_token` is what a session shows in `X-Form-Token` where it writes, beside the cookie that came with it; null
    for who came with a token of their own, and needs none.
    """

    name: str
    role: RoomRole
    form_token: str | None


class SentProblemKind(msgspec.Struct, kw_only=True):
    """A kind of problem: its code, which stays the same, the status that it is answered with, and what it is."""

    type: str
    code: str
    status: int
    title: str


_ANA = {"name": "ana", "role": "responder", "form_token": None}


def me(router: APIRouter) -> None:
    """Add the routes."""

    @router.get(
        "/me", tags=["who asks"], summary="Who asks", **gives(SentVisitor, words="You.", example=_ANA)
    )
    def who_asks(request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        token = None if visitor.shows_token else forms.token_of(request)
        you = SentVisitor(name=visitor.name, role=visitor.role, form_token=token)
        response = Response(msgspec.json.encode(you), media_type="application/json")
        if token is not None:
            forms.keep(request, response, token)
        return response

    @router.get(
        "/problems/{name}",
        tags=["who asks"],
        summary="What a kind of problem means",
        **gives(SentProblemKind, "not_found", words="The kind.", example=_kind("not_found")),
    )
    def problem_kind(name: str) -> Response:
        code = name.replace("-", "_")
        if code not in PROBLEMS:
            raise NotFoundError([f"there is no kind of problem {name}"])
        return Response(msgspec.json.encode(_kind(code)), media_type="application/json")


def _kind(code: str) -> SentProblemKind:
    kind = PROBLEMS[code]
    return SentProblemKind(type=type_of(code), code=code, status=kind.status, title=kind.title)
