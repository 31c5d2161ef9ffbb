"""`anchorwatch incident`: what broke, when, and what has been said about it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from connectors.files.reports import write_report
from monitor.app import publishing as reporting
from monitor.app.wiring import App
from monitor.cli.common import ByOption, ConfigOption, JsonOption, err, opened, out, print_json, who
from monitor.domain.analysis.analysis import Analysis, analyze
from monitor.errors import ConfigError
from monitor.review.ports import IncidentStatus
from reports.documents import analysis
from reports.tables import incidents as shown

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
def analyze_(
    number: NumberArgument,
    config: ConfigOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Write HTML, Markdown and JSON there.")
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(
            "--bundle",
            metavar="DIR",
            help="Write everything that the numbers rest on there, without ids and texts; `incident replay` reads it.",
        ),
    ] = None,
    *,
    as_opened: Annotated[
        bool,
        typer.Option("--as-opened", help="What was understood when it was opened; later labels left out."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Where, since when, whom, why, and whether the offline number deserved to be believed."""
    if as_opened and bundle is not None:
        raise ConfigError(["--as-opened: a bundle holds what is known now; leave one of the two out"])
    with opened(config) as app:
        incident = _incident(app, number)
        if as_opened:
            kept = app.reporting.as_opened(incident)
            if kept is None:
                raise ConfigError(
                    [f"incident {number} was not analyzed when it was opened; leave --as-opened out"]
                )
            found = kept
        else:
            case = app.reporting.case(incident)
            found = analyze(case)
            if bundle is not None:
                _tell_files(reporting.bundle(bundle, case, found), aside=as_json)
    _show(found, output, as_json=as_json, quiet=bundle is not None)


@group.command("replay")
def replay(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help="What `incident analyze --bundle` wrote.")],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Write HTML, Markdown and JSON there.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a bundle's analysis anew; no database is needed. Exit code 1 if a number differs from the bundle's own."""
    found, same = reporting.replay(bundle)
    _show(found, output, as_json=as_json)
    if not same:
        err.print(
            "[red]the numbers are not those that lie in the bundle:[/red] another version made it, or it was changed"
        )
        raise typer.Exit(1)


def _show(found: Analysis, output: Path | None, *, as_json: bool, quiet: bool = False) -> None:
    if output is not None and as_json:
        raise ConfigError(["--output writes JSON too; leave --json out"])
    if output is not None:
        _tell_files(write_report(output, analysis.files(found)))
    elif as_json:
        sys.stdout.write(analysis.json(found))
    elif not quiet:
        out.print(analysis.terminal(found, bare=not out.is_terminal))


def _tell_files(paths: Sequence[Path], *, aside: bool = False) -> None:
    for path in paths:
        (err if aside else out).print(str(path), markup=False, soft_wrap=True)


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
