"""Missed tickets in; a table of them, a block of the newest, CSV or objects out."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.telling.ticket_url import ticket_url
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.missed_tickets import MissedTicket
from reports.figures import answer, counted
from reports.render.blocks import Block, Column, TableCell, View, WebAddress
from reports.tables.spreadsheet import as_spreadsheet

NEWEST = 10
"""So many are named beside an incident."""


def tickets_view(incident: IncidentStatus, tickets: Sequence[MissedTicket], template: str) -> View:
    """Every missed ticket, the newest first."""
    found = counted(len(tickets), "labelled ticket") + " missed since the onset"
    about = f"incident {incident.id} of {incident.model_name} ({incident.environment}): {found}"
    return View(
        [Block(lines=[about]), *([_table(tickets, template)] if tickets else [])],
        [as_object(ticket, template) for ticket in tickets],
    )


def newest_tickets(
    number: int, tickets: Sequence[MissedTicket], template: str, *, level: int = 2
) -> list[Block]:
    """The first of the tickets that are given, which are the newest, and how to see all; nothing without one.

    `number` is the incident's.
    """
    if not tickets:
        return []
    all_of_them = f"all of them: anchorwatch incident tickets {number}"
    table = _table(tickets[:NEWEST], template)
    return [
        Block(
            heading="missed tickets, the newest",
            level=level,
            columns=table.columns,
            rows=table.rows,
            notes=[all_of_them],
        )
    ]


def _table(tickets: Sequence[MissedTicket], template: str) -> Block:
    links = [ticket_url(template, ticket.prediction_id, ticket.slices) for ticket in tickets]
    columns = [
        Column("prediction id", figures=True),
        Column("predicted as"),
        Column("labelled as"),
        Column("predicted, UTC", figures=True, spare=1),
        Column("labelled, UTC", figures=True, spare=3),
        Column("slices", spare=4),
        *([Column("ticket", spare=2, copied=True)] if any(links) else []),
    ]
    rows: list[list[str | TableCell]] = [
        [
            ticket.prediction_id,
            answer(ticket.predicted),
            ticket.intent,
            f"{ticket.predicted_at:%Y-%m-%d %H:%M}",
            f"{ticket.labelled_at:%Y-%m-%d %H:%M}",
            ", ".join(f"{name}={value}" for name, value in sorted(ticket.slices.items())),
            *([TableCell(link, leads_to=WebAddress(link))] if any(links) else []),
        ]
        for ticket, link in zip(tickets, links, strict=True)
    ]
    return Block(columns=columns, rows=rows)


def as_object(ticket: MissedTicket, template: str) -> dict[str, Any]:
    """One ticket for programs. `predicted` is empty where the model gave no answer, and `url` without a template."""
    return {
        "prediction_id": ticket.prediction_id,
        "model": ticket.cell.model.name,
        "version": ticket.cell.model.version,
        "environment": ticket.cell.model.environment,
        "cell": str(ticket.cell),
        "predicted_at": ticket.predicted_at.isoformat(),
        "predicted": ticket.predicted,
        "intent": ticket.intent,
        "labelled_at": ticket.labelled_at.isoformat(),
        "slices": ticket.slices,
        "url": ticket_url(template, ticket.prediction_id, ticket.slices),
    }


def as_csv(tickets: Sequence[MissedTicket], template: str) -> str:
    """The same as CSV with a line of names; each slice is a column `slice.NAME`."""
    names = sorted({name for ticket in tickets for name in ticket.slices})
    heads = [
        "prediction_id",
        "model",
        "version",
        "environment",
        "cell",
        "predicted_at",
        "predicted",
        "intent",
    ]
    heads += ["labelled_at", "url"]
    rows = [(ticket, as_object(ticket, template)) for ticket in tickets]
    return as_spreadsheet(
        [
            [*heads, *(f"slice.{name}" for name in names)],
            *(
                [*(values[head] for head in heads), *(ticket.slices.get(name, "") for name in names)]
                for ticket, values in rows
            ),
        ]
    )
