"""What the first page of the watch room says beside `status`: what is open, and what to type where nothing came yet."""

from collections.abc import Sequence

import msgspec

from monitor.review.ports.incidents import IncidentStatus
from reports.render.blocks import Block
from reports.tables.incidents import incidents_block


def open_incidents(incidents: Sequence[IncidentStatus]) -> list[Block]:
    """The incidents that are open, the newest first; nothing where none is."""
    if not incidents:
        return []
    return [msgspec.structs.replace(incidents_block(incidents), heading="open incidents")]


def nothing_yet() -> Block:
    """What to do first."""
    return Block(
        heading="nothing has come yet",
        lines=["Three commands lead to the first page:"],
        verbatim=[
            "anchorwatch anchor import REPORT --model NAME --version VERSION --activate",
            "anchorwatch events check FILE",
            "anchorwatch run",
        ],
    )
