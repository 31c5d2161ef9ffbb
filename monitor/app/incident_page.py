"""An incident in; its page out: the view of `incident show`, its members now, who was told, and what can be said."""

from typing import Final

from connectors.sql.review.messages import MessageRecords
from monitor.app.analyses import Analyses
from monitor.app.clock import now
from monitor.app.incident_views import view_of_incident
from monitor.app.stores import Stores
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import RUNBOOKS, NoticeKind
from monitor.review.incidents import incident_of
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.status import CellStatus
from reports.tables.incidents import named
from reports.tables.members import members_now
from reports.tables.messages import messages_blocks
from reports.web.incident_forms import incident_forms
from reports.web.page import RoomPage
from reports.web.places import safe_address

SHOWN_FIRST: Final = 2  # how it stands, and its members now: before anything is said


def incident_page(stores: Stores, messages: MessageRecords, number: int) -> RoomPage:
    """Its page.

    Raises:
        NotFoundError: there is none of this number.
    """
    incident = incident_of(stores.incidents, number)
    cells = [member.cell for member in incident.members]
    view = view_of_incident(stores, incident)
    first, *rest = view.blocks
    told = messages_blocks(messages.of_incident(number))
    here = f"/incidents/{number}"
    return RoomPage(
        f"incident {number}",
        view._replace(blocks=[first, members_now(_now(stores, cells)), *rest, *told]),
        forms=incident_forms(here, IncidentState(incident.state)),
        links=_links(stores, incident, here),
        tab=f"{named(cells)}: incident {number}" if cells else "",
        lead=SHOWN_FIRST,
    )


def _now(stores: Stores, cells: list[Cell]) -> list[CellStatus]:
    """The members as they were last judged, in their order."""
    known = {status.state.cell: status for status in stores.status.cells()}
    return [known[cell] for cell in cells if cell in known]


def _links(stores: Stores, incident: IncidentStatus, here: str) -> list[tuple[str, str]]:
    as_opened = Analyses(stores, now).as_opened(incident) is not None
    return [
        (_runbook(stores, incident), "what to do: the runbook"),
        (f"{here}/analysis", "its analysis as of now: where, since when, whom, and why"),
        *(
            [(f"{here}/analysis?as_opened=true", "what was understood when it was opened")]
            if as_opened
            else []
        ),
        (f"{here}/tickets.csv", "the missed tickets by id, as CSV"),
    ]


def _runbook(stores: Stores, incident: IncidentStatus) -> str:
    """The address of the runbook that its page names: a configured one, where a browser can open it, or ours."""
    rules = stores.settings.of_versions(incident.model_name, incident.environment)
    own = [
        rules.intents[name].runbook
        for each in incident.members
        if (name := each.cell.intent) in rules.intents
    ]
    configured = next(filter(None, (*own, rules.runbook)), "")
    return safe_address(configured) or f"/runbooks/{RUNBOOKS[NoticeKind.OPENED]}"
