"""`anchorwatch incident list` and `show`: what broke, when, and what became of it."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption, NumberArgument, out, print_json
from monitor.cli.opened import opened
from monitor.review.status import incident_of
from reports.tables import incidents as shown


def list_(
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False,
) -> None:
    """Every incident, newest first."""
    with opened(config) as stores:
        incidents = stores.status.incidents(open_only=open_only)
        if as_json:
            print_json([shown.as_object(incident) for incident in incidents])
        else:
            out.print(shown.table(incidents, plain=not out.is_terminal))


def show(
    number: NumberArgument,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """One incident: its members with their numbers, and its history."""
    with opened(config) as stores:
        found = incident_of(stores.status, number)
        if as_json:
            print_json(shown.as_object(found))
        else:
            out.print(shown.details(found, plain=not out.is_terminal))
