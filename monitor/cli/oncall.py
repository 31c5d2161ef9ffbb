"""`anchorwatch incident ack` and `note`: what a person has to say about an incident that goes on."""

from typing import Annotated

import typer

from monitor.app import oncall
from monitor.cli.common import ByOption, ConfigOption, say, who
from monitor.cli.completed import NumberArgument
from monitor.cli.opened_oncall import opened_oncall

ReasonOption = Annotated[
    str, typer.Option("--reason", help="Why, for its history and for those who were told.")
]


def acknowledge(
    number: NumberArgument, config: ConfigOption = None, reason: ReasonOption = "", by: ByOption = ""
) -> None:
    """Say that you are on it: sinks that page stop, the incident stays open until recall is back."""
    with opened_oncall(config) as stores:
        oncall.acknowledge(stores, number, who(by), reason)
    say(f"incident {number} is acknowledged by {who(by)}")


def note(
    number: NumberArgument,
    words: Annotated[str, typer.Argument(help="What to remember.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Add a line to an incident's history; nobody is told."""
    with opened_oncall(config) as stores:
        oncall.note(stores, number, who(by), words)
    say(f"noted in incident {number}")
