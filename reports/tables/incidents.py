"""Incidents in, what `anchorwatch incident` shows out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.silences import Silence
from monitor.review.ports.incidents import IncidentStatus
from reports.figures import moment
from reports.pages.member import member_rows
from reports.render.blocks import LONG, Block, Column, IncidentNumber, TableCell, View
from reports.tables.deploys import as_object as deploy_object
from reports.words import caveats, deploys, history


def as_object(incident: IncidentStatus) -> dict[str, Any]:
    """One incident with every number unrounded."""
    return {
        "id": incident.id,
        "model": incident.model_name,
        "environment": incident.environment,
        "state": incident.state,
        "ended": history.ending(incident.state, incident.history) if incident.closed_at else None,
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "members": [
            {
                **msgspec.to_builtins(member),
                "caveats": [caveats.sentence(caveat) for caveat in member.caveats],
            }
            for member in incident.members
        ],
        "deploys": [deploy_object(deploy) for deploy in incident.deploys],
        "history": [
            {"at": at.isoformat(), "who": who, "what": what.value, "why": history.sentence(why)}
            for at, who, what, why in incident.history
        ],
    }


def incidents_view(incidents: Sequence[IncidentStatus]) -> View:
    """Every incident, each in a line."""
    return View([incidents_block(incidents)], [as_object(incident) for incident in incidents])


def incidents_block(incidents: Sequence[IncidentStatus]) -> Block:
    """The table of them."""
    rows: list[list[str | TableCell]] = [
        [
            TableCell(str(incident.id), leads_to=IncidentNumber(incident.id)),
            f"{incident.model_name} ({incident.environment})",
            history.ending_in_brief(incident.state, incident.history),
            f"{incident.opened_at:%Y-%m-%d %H:%M}",
            f"{incident.closed_at:%Y-%m-%d %H:%M}" if incident.closed_at else "-",
            named([member.cell for member in incident.members]),
        ]
        for incident in incidents
    ]
    return Block(
        columns=(
            "no.",
            "model",
            "state",
            Column("opened", spare=1),
            Column("closed", spare=2),
            "intents",
        ),
        rows=rows,
        notes=[] if rows else ["no incident"],
    )


def named(cells: Sequence[Cell]) -> str:
    """The first cells and how many more: no prose, which would take the room of the times."""
    for kept in range(len(cells), 0, -1):
        more = f" and {len(cells) - kept} more" if kept < len(cells) else ""
        words = ", ".join(map(str, cells[:kept])) + more
        if len(words) <= LONG or kept == 1:
            return words
    return ""


def incident_view(
    incident: IncidentStatus,
    tickets: Sequence[Block] = (),
    quiet: Sequence[tuple[Silence, Sequence[Cell]]] = (),
) -> View:
    """One incident: its members as last told, its newest missed `tickets`, and its history.

    `quiet` are the silences that hold over members, each with those that it keeps quiet.
    """
    about = f"incident {incident.id} of {incident.model_name} ({incident.environment}): "
    about += history.ending(incident.state, incident.history)
    members = [
        Block(
            heading=f"{member.cell}, {member.cell.model}",
            columns=("", ""),
            rows=[[TableCell(label, "quiet"), figures] for label, figures in member_rows(member)],
        )
        for member in incident.members
    ]
    happened = Block(
        heading="history",
        columns=("", "", "", ""),
        rows=[
            [f"{at:%Y-%m-%d %H:%M} UTC", who, what.value, history.sentence(why)]
            for at, who, what, why in incident.history
        ],
    )
    deployed = [deploys.sentence(each) for each in incident.deploys]
    return View(
        [
            Block(lines=[about, *_silenced(incident, quiet), *_told(incident), *deployed]),
            *members,
            *tickets,
            happened,
        ],
        as_object(incident),
    )


def _silenced(incident: IncidentStatus, quiet: Sequence[tuple[Silence, Sequence[Cell]]]) -> list[str]:
    """Until when nobody hears of which members, and who wants that: a line for all that one person said at once."""
    said: dict[tuple[datetime, str, str], list[Cell]] = {}
    for silence, cells in quiet:
        said.setdefault((silence.ends, silence.author, silence.reason), []).extend(cells)
    lines = []
    for (ends, author, reason), cells in said.items():
        covered = set(cells)
        whose = "" if len(covered) == len(incident.members) else f" about {named(sorted(covered))}"
        lines.append(f"silenced{whose} until {moment(ends)} by {author}: {reason}")
    return lines


def _told(incident: IncidentStatus) -> list[str]:
    """As of when the figures are, in a line: since then labels may have come."""
    times = [
        member.newest + timedelta(seconds=member.label_lag_s)
        for member in incident.members
        if member.newest is not None and member.label_lag_s is not None
    ]
    if not times:
        return []
    return [f"figures as last told, {moment(max(times))}; now: anchorwatch incident analyze {incident.id}"]
