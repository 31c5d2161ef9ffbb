"""`anchorwatch incident resolve`: a person says that an incident is over."""

from typing import Annotated

import typer

from monitor.app import resolving
from monitor.cli.common import ByOption, ConfigOption, say, who
from monitor.cli.completed import NumberArgument
from monitor.cli.opened_oncall import opened_oncall
from reports.words.history import resolution


def resolve(
    number: NumberArgument,
    reason: Annotated[str, typer.Option("--reason", help="What was done; it is kept and told.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Say that it is over. Its intents are judged anew from here on, and page again if they fall again."""
    with opened_oncall(config) as stores:
        ended = resolving.resolve(stores, number, who(by), reason)
    say(f"incident {number} is {resolution(ended)}")
