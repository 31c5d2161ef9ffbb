"""Incidents in, what `anchorwatch incident` shows out."""

from collections.abc import Sequence
from typing import Any

import msgspec
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from monitor.domain.text.plain import plain as plain_words
from monitor.review.ports import IncidentStatus
from reports.pages.member import member_rows
from reports.words import caveats, history


def as_object(incident: IncidentStatus) -> dict[str, Any]:
    """One incident with every number unrounded."""
    return {
        "id": incident.id,
        "model": incident.model_name,
        "environment": incident.environment,
        "state": incident.state,
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "members": [
            {
                **msgspec.to_builtins(member),
                "caveats": [caveats.sentence(caveat) for caveat in member.caveats],
            }
            for member in incident.members
        ],
        "history": [
            {"at": at.isoformat(), "who": who, "what": what.value, "why": history.sentence(why)}
            for at, who, what, why in incident.history
        ],
    }


def table(incidents: Sequence[IncidentStatus], *, plain: bool) -> Table:
    """Every incident, one a line."""
    grid = Table(
        "no.",
        "model",
        "state",
        "opened",
        "closed",
        "intents",
        box=None if plain else box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for each in incidents:
        grid.add_row(
            str(each.id),
            plain_words(f"{each.model_name} ({each.environment})"),
            each.state,
            f"{each.opened_at:%Y-%m-%d %H:%M}",
            f"{each.closed_at:%Y-%m-%d %H:%M}" if each.closed_at else "-",
            plain_words(", ".join(str(member.cell) for member in each.members)),
        )
    return grid


def details(incident: IncidentStatus, *, plain: bool) -> Group:
    """One incident: its members as last told, and its history."""
    parts: list[Any] = [
        plain_words(
            f"incident {incident.id} of {incident.model_name} ({incident.environment}): {incident.state}"
        )
    ]
    for member in incident.members:
        grid = Table(box=None, pad_edge=False, show_header=False)
        for label, value in member_rows(member):
            grid.add_row(Text(label, style="" if plain else "dim"), Text(plain_words(value)))
        parts += ["", Text(plain_words(str(member.cell)), style="" if plain else "bold"), grid]
    lines = Table(box=None, pad_edge=False, show_header=False)
    for at, who, what, why in incident.history:
        lines.add_row(f"{at:%Y-%m-%d %H:%M} UTC", *map(plain_words, (who, what, history.sentence(why))))
    return Group(*parts, "", "history", lines)
