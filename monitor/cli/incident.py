"""`anchorwatch incident`: what broke, when, and what has been said about it."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption, opened, out, print_json
from monitor.errors import ConfigError
from reports import incidents as shown

group = typer.Typer(no_args_is_help=True, help="What broke, and what became of it.")


@group.command("list")
def list_(
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False,
) -> None:
    """Every incident, newest first."""
    with opened(config) as app:
        incidents = app.status.incidents(open_only=open_only)
        if as_json:
            print_json([shown.as_object(incident) for incident in incidents])
        else:
            out.print(shown.table(incidents, plain=not out.is_terminal))


@group.command("show")
def show(
    number: Annotated[int, typer.Argument(help="The incident's number.")],
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """One incident: its members with their numbers, and its history."""
    with opened(config) as app:
        found = [incident for incident in app.status.incidents() if incident.id == number]
        if not found:
            raise ConfigError([f"there is no incident {number}; `anchorwatch incident list` shows them all"])
        if as_json:
            print_json(shown.as_object(found[0]))
        else:
            out.print(shown.details(found[0], plain=not out.is_terminal))
