"""`anchorwatch incident`: what broke, when, and what has been said about it."""

from typing import Annotated

import typer

from monitor.app import App
from monitor.cli.common import ByOption, ConfigOption, JsonOption, opened, out, print_json, who
from monitor.errors import ConfigError
from monitor.ports import IncidentStatus
from reports import analysis
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


NumberArgument = Annotated[int, typer.Argument(help="The incident's number.")]
WhyOption = Annotated[str, typer.Option("--why", help="Why, for its history and for those who were told.")]


@group.command("ack")
def acknowledge(
    number: NumberArgument, config: ConfigOption = None, why: WhyOption = "", by: ByOption = ""
) -> None:
    """Say that you are on it: sinks that page stop, the incident stays open until recall is back."""
    with opened(config) as app:
        app.acknowledge(number, who(by), why)
        app.deliver()
    out.print(f"incident {number} is acknowledged by {who(by)}", markup=False)


@group.command("resolve")
def resolve(
    number: NumberArgument,
    why: Annotated[str, typer.Option("--why", help="What was done; it is kept and told.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Say that it is over. Its intents are judged anew from here on, and page again if they fall again."""
    with opened(config) as app:
        app.resolve(number, who(by), why)
        app.deliver()
    out.print(f"incident {number} is resolved by {who(by)}", markup=False)


@group.command("note")
def note(
    number: NumberArgument,
    words: Annotated[str, typer.Argument(help="What to remember.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Add a line to an incident's history; nobody is told."""
    with opened(config) as app:
        app.note(number, who(by), words)
    out.print(f"noted in incident {number}", markup=False)


@group.command("analyze")
def analyze(
    number: NumberArgument,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Which part of the tickets explains it: by the `slices` of the events, against the anchor's examples."""
    with opened(config) as app:
        analysed = app.analyze(_incident(app, number).members)
    if as_json:
        print_json(
            [
                analysis.as_object(
                    one.member, one.labelled, one.missed, one.attributes, one.compared, one.causes
                )
                for one in analysed
            ]
        )
        return
    for one in analysed:
        for line in analysis.lines(one.member, one.labelled, one.missed, one.attributes, one.causes):
            out.print(line, markup=False, soft_wrap=True)


@group.command("show")
def show(
    number: NumberArgument,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """One incident: its members with their numbers, and its history."""
    with opened(config) as app:
        found = _incident(app, number)
        if as_json:
            print_json(shown.as_object(found))
        else:
            out.print(shown.details(found, plain=not out.is_terminal))


def _incident(app: App, number: int) -> IncidentStatus:
    for incident in app.status.incidents():
        if incident.id == number:
            return incident
    raise ConfigError([f"there is no incident {number}; `anchorwatch incident list` shows them all"])
