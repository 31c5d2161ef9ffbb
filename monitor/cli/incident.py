"""`anchorwatch incident list` and `show`: what broke, when, and what became of it."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.completed import NumberArgument
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.show import show as show_view
from monitor.review.incidents import incident_of
from reports.tables.incidents import incident_view, incidents_view


def list_(
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False,
) -> None:
    """Every incident, newest first."""
    with opened_oncall(config) as stores:
        view = incidents_view(stores.incidents.all(open_only=open_only))
    show_view(view, as_json=as_json)


def show(
    number: NumberArgument,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """One incident: its members with their numbers, and its history."""
    with opened_oncall(config) as stores:
        view = incident_view(incident_of(stores.incidents, number))
    show_view(view, as_json=as_json)
