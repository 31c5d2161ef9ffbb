"""Tickets to be read again in; a table of them, CSV or objects out."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from monitor.domain.events.types import Model
from monitor.domain.telling.ticket_url import ticket_url
from monitor.labels.ports.disputed import Disputed
from reports.figures import answer, counted
from reports.render.blocks import Block, Column, TableCell, View, WebAddress
from reports.words.disputed import said, why

Template = Callable[[Model], str]
"""The `ticket_url` of a model."""

_HEADS = (
    "prediction_id",
    "model",
    "version",
    "environment",
    "why",
    "predicted_at",
    "predicted",
    "intent",
    "url",
)


def disputed_view(tickets: Sequence[Disputed], template: Template, *, named: bool) -> View:
    """The tickets, the most telling first. `named`: it is known who gave some labels."""
    found = counted(len(tickets), "ticket") + " to be read again by a second person, the most telling first"
    notes = [] if named else [_NOBODY]
    lines = [found if tickets else "no ticket needs to be read again"]
    return View(
        [Block(lines=[*lines, *notes]), *([_table(tickets, template)] if tickets else [])],
        [as_object(each, template) for each in tickets],
    )


_NOBODY = (
    "nobody is known to have given a label, so none counts as a second reading: send source.annotator, and set"
    " privacy.subject_key or privacy.annotators"
)


def _table(tickets: Sequence[Disputed], template: Template) -> Block:
    links = [_url(each, template) for each in tickets]
    columns = [
        Column("prediction id", figures=True),
        Column("why"),
        Column("predicted as"),
        Column("labelled as"),
        Column("predicted, UTC", figures=True, spare=3),
        *([Column("ticket", spare=2, copied=True)] if any(links) else []),
    ]
    rows: list[list[str | TableCell]] = [
        [
            each.ticket.prediction_id,
            why(each),
            answer(each.ticket.predicted),
            said(each),
            f"{each.ticket.predicted_at:%Y-%m-%d %H:%M}",
            *([TableCell(link, leads_to=WebAddress(link))] if any(links) else []),
        ]
        for each, link in zip(tickets, links, strict=True)
    ]
    return Block(columns=columns, rows=rows)


def _url(disputed: Disputed, template: Template) -> str:
    ticket = disputed.ticket
    return ticket_url(template(ticket.model), ticket.prediction_id, ticket.slices)


def as_object(disputed: Disputed, template: Template) -> dict[str, Any]:
    """One ticket for programs. `annotator` is whose misses are more than chance; `url` is empty without a template."""
    ticket = disputed.ticket
    return {
        "prediction_id": ticket.prediction_id,
        "model": ticket.model.name,
        "version": ticket.model.version,
        "environment": ticket.model.environment,
        "why": disputed.why.value,
        "annotator": disputed.annotator,
        "predicted_at": ticket.predicted_at.isoformat(),
        "predicted": ticket.predicted,
        "intent": ticket.intent,
        "labels": [
            {
                "intent": each.intent,
                "annotator": each.annotator,
                "kind": each.kind.value,
                "labelled_at": each.labelled_at.isoformat(),
            }
            for each in ticket.labels
        ],
        "slices": ticket.slices,
        "url": _url(disputed, template),
    }


def as_csv(tickets: Sequence[Disputed], template: Template) -> str:
    """The same as CSV with a line of names; who said what is left out, as the next reader should not know it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADS)
    for each in tickets:
        values = as_object(each, template)
        writer.writerow([values[head] for head in _HEADS])
    return text.getvalue()
