"""Tickets of no intent in; a row for each model, and an object for programs, out."""

from collections.abc import Mapping
from typing import Any

from monitor.domain.events.types import Model
from monitor.domain.recall.out_of_scope import OutOfScope
from reports.figures import cut
from reports.render.blocks import Block, Column, TableCell

SHOWN = 3
NAME = 40


def blocks(known: Mapping[Model, OutOfScope]) -> list[Block]:
    """How each model answered them; nothing where no label says that a ticket belongs to no intent."""
    if not known:
        return []
    columns = [
        Column("tickets of no intent"),
        Column("labelled", figures=True),
        Column("rightly no answer", figures=True),
        Column("wrongly accepted", figures=True),
        Column("share accepted", figures=True),
        Column("95 %", figures=True, spare=2),
        Column("accepted as", spare=1),
    ]
    rows: list[list[str | TableCell]] = [
        [
            TableCell(str(model), leads_to=model),
            f"{each.tickets:,}",
            f"{each.abstained:,}",
            f"{each.accepted:,}",
            f"{each.share.value:.2f}",
            f"{each.share.low:.2f} to {each.share.high:.2f}{'' if each.at_all_times else ' (at one look)'}",
            _accepted_as(each),
        ]
        for model, each in sorted(known.items())
    ]
    return [Block(columns=columns, rows=rows)]


def as_object(known: OutOfScope | None) -> dict[str, Any] | None:
    """One model's, unrounded."""
    if known is None:
        return None
    return {
        "tickets": known.tickets,
        "abstained": known.abstained,
        "accepted": known.accepted,
        "share_accepted": known.share.value,
        "low": known.share.low,
        "high": known.share.high,
        "at_all_times": known.at_all_times,
        "accepted_as": dict(known.accepted_as),
    }


def _accepted_as(known: OutOfScope) -> str:
    shown = [f"{cut(name, NAME)} {count:,}" for name, count in list(known.accepted_as.items())[:SHOWN]]
    more = len(known.accepted_as) - SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "") if shown else "-"
