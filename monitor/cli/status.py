"""`anchorwatch status`: every cell, how it is doing against its anchor, and why."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption, SetOption
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.review.status import overview
from reports.tables.budget import budget_view
from reports.tables.status import status_view


def status(
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
    budget: Annotated[
        bool,
        typer.Option(
            "--budget", help="Show who has which part of the false pages, and how soon a fall pages."
        ),
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if a watched cell is degraded.")] = False,
) -> None:
    """Print the table of intents as they were last judged."""
    with opened(config, overrides) as stores:
        asked = overview(stores.status, stores.settings, stores.address)
    show(budget_view(asked) if budget else status_view(asked), as_json=as_json)
    if check and asked.degraded:
        raise typer.Exit(1)
