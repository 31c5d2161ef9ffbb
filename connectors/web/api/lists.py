"""What else the room shows, read by programs: the budget, silences, anchors, versions, deploys, sinks, reports."""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from connectors.web.api.answers import AskedPart, answer, part_of
from connectors.web.api.documented import lists, reads
from connectors.web.api.shapes.budget import SentBudget
from connectors.web.api.shapes.incidents import SentDeploy
from connectors.web.api.shapes.lists import (
    SentAnchor,
    SentDeadLetters,
    SentReport,
    SentSink,
    SentVersion,
    SentWholeAnchor,
)
from connectors.web.api.shapes.silences import SentSilence
from monitor.domain.text.path_segment import of_segment
from monitor.review.ports.room import Room
from monitor.review.ports.screen import Screen


class _Listed(NamedTuple):
    name: str
    page: Callable[[], Screen]
    shape: Any
    summary: str


def other_lists(router: APIRouter, room: Room) -> None:
    """Add the routes."""
    for each in (
        _Listed("silences", room.silences, SentSilence, "The silences that hold"),
        _Listed("anchors", room.anchors, SentAnchor, "Every anchor"),
        _Listed("versions", room.versions, SentVersion, "The versions of each model, and whether they serve"),
        _Listed("deploys", room.deploys, SentDeploy, "What went live, as people noted it"),
        _Listed("sinks", room.sinks, SentSink, "The ways to reach people, and what each did"),
        _Listed("reports", room.reports, SentReport, "Weekly reports and analyses, the newest first"),
    ):
        _list(router, each)

    @router.get(
        "/anchors/{name}",
        tags=["anchors"],
        summary="One anchor, intent by intent",
        **reads(SentWholeAnchor, "not_found", "conflict", words="The anchor."),
    )
    def show_anchor(
        request: Request, name: Annotated[str, Path(description="Its id, or how it begins.")]
    ) -> Response:
        return answer(request, room.anchor(of_segment(name)).content)

    @router.get(
        "/budget",
        tags=["budget"],
        summary="Who has which part of the false pages, and how soon a fall would page",
        **reads(SentBudget, words="The budget."),
    )
    def show_budget(request: Request) -> Response:
        return answer(request, room.budget({}).content)

    @router.get(
        "/dead-letters",
        tags=["dead letters"],
        summary="The records that were refused, by code, and the newest",
        **reads(SentDeadLetters, words="Counts and places."),
    )
    def show_dead_letters(request: Request) -> Response:
        return answer(request, room.dead_letters().content)


def _list(router: APIRouter, listed: _Listed) -> None:
    def give(request: Request, part: AskedPart) -> Response:
        return part_of(request, listed.page().content, part)

    router.add_api_route(
        f"/{listed.name}",
        give,
        name=f"list_{listed.name}",
        tags=[listed.name],
        summary=listed.summary,
        **lists(listed.shape, words="A part of the list."),
    )
