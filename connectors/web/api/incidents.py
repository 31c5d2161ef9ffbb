"""Incidents, read by programs: which there are, and of one what was sent, what explains it, and what was missed."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from connectors.web.api.answers import AskedPart, answer, part_given, part_of
from connectors.web.api.documented import lists, reads
from connectors.web.api.shapes.analysis import SentAnalysis
from connectors.web.api.shapes.incidents import SentIncident, SentNotice, SentTicket
from monitor.review.ports.incidents import AskedIncidents
from monitor.review.ports.room import Room

Number = Annotated[int, Path(ge=1, le=2**63 - 1, description="The incident's number.")]


def incidents(router: APIRouter, room: Room) -> None:
    """Add the routes."""

    @router.get(
        "/incidents",
        tags=["incidents"],
        summary="Incidents, the newest first",
        **lists(SentIncident, words="A part of the list."),
    )
    def list_incidents(
        request: Request,
        part: AskedPart,
        state: Annotated[AskedIncidents | None, Query(description="Only those in this state.")] = None,
    ) -> Response:
        listed = room.listed_incidents(state, part.offset, part.limit)
        return part_given(request, listed.objects, listed.length, part)

    @router.get(
        "/incidents/{number}",
        tags=["incidents"],
        summary="One incident",
        **reads(SentIncident, "not_found", words="The incident."),
    )
    def show_incident(request: Request, number: Number) -> Response:
        return answer(request, room.incident(number).content)

    @router.get(
        "/incidents/{number}/messages",
        tags=["incidents"],
        summary="What was sent of an incident, to whom, and what became of it; the newest 100",
        **lists(SentNotice, "not_found", words="A part of them, in the order in which they were written."),
    )
    def list_messages(request: Request, number: Number, part: AskedPart) -> Response:
        return part_of(request, room.messages(number).content, part)

    @router.get(
        "/incidents/{number}/analysis",
        tags=["incidents"],
        summary="Where, since when, whom and why: as of now, or as it was understood when it opened",
        **reads(SentAnalysis, "not_found", words="The analysis. It takes a second or two for each member."),
    )
    def analyze_incident(
        request: Request,
        number: Number,
        *,
        as_opened: Annotated[bool, Query(description="As it was understood when it opened.")] = False,
    ) -> Response:
        return answer(request, room.analysis(number, as_opened=as_opened).content)

    @router.get(
        "/incidents/{number}/tickets",
        tags=["incidents"],
        summary="The labelled tickets that were missed since the onset, by id, the newest first",
        **lists(SentTicket, "not_found", words="A part of them."),
    )
    def list_tickets(
        request: Request,
        number: Number,
        part: AskedPart,
        cell: Annotated[
            str, Query(description="Only of these members; `*` and `?` stand for anything.")
        ] = "",
    ) -> Response:
        return part_of(request, room.tickets(number, cell).content, part)
