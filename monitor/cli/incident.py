"""`anchorwatch incident list`, `show` and `tickets`: what broke, when, what became of it, and what was missed."""

from typing import Annotated

import typer

from monitor.app.incident_views import view_of_incident
from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.completed import NumberArgument
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.show import show as show_view
from monitor.cli.show import show_rows
from monitor.errors import ConfigError
from monitor.review.incidents import incident_of
from monitor.review.missed_tickets import missed_tickets
from reports.tables import tickets as table
from reports.tables.incidents import incidents_view
from reports.tables.tickets import tickets_view


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
        incident = incident_of(stores.incidents, number)
        view = view_of_incident(stores, incident, with_tickets=not as_json)
    show_view(view, as_json=as_json)


def tickets(
    number: NumberArgument,
    config: ConfigOption = None,
    cell: Annotated[
        str,
        typer.Option(
            "--cell",
            metavar="NAME",
            help="Only this member, as `incident show` names it; * and ? stand for anything.",
        ),
    ] = "",
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The labelled tickets that were missed since the onset, by id, the newest first."""
    if as_csv and as_json:
        raise ConfigError(["--csv: it is CSV or JSON; leave one of the two out"])
    with opened_oncall(config) as stores:
        incident = incident_of(stores.incidents, number)
        missed = missed_tickets(stores.missed_tickets, incident, cell)
        template = stores.settings.of_versions(incident.model_name, incident.environment).ticket_url
    if as_csv:
        show_rows(table.as_csv(missed, template))
    else:
        show_view(tickets_view(incident, missed, template), as_json=as_json)
