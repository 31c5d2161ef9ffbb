"""Incidents, read by programs: which there are, and one of them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from connectors.web.api.answers import AskedPart, answer, part_of
from connectors.web.api.documented import lists, reads
from connectors.web.api.shapes.incidents import SentIncident
from monitor.review.ports.room import AskedIncidents, Room

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
        return part_of(request, room.incidents(state).content, part)

    @router.get(
        "/incidents/{number}",
        tags=["incidents"],
        summary="One incident",
        **reads(SentIncident, "not_found", words="The incident."),
    )
    def show_incident(request: Request, number: Number) -> Response:
        return answer(request, room.incident(number).content)
