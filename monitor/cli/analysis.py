"""`anchorwatch incident analyze` and `replay`: what can be known of an incident, on a screen or in files."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from connectors.files.reports import write_report
from monitor.app import publishing
from monitor.app.clock import now
from monitor.app.publishing import Reporting
from monitor.cli.common import ConfigOption, JsonOption, NumberArgument, err, out
from monitor.cli.console import bearable
from monitor.cli.opened import opened
from monitor.domain.analysis.analysis import Analysis
from monitor.domain.analysis.analysis import analyze as make
from monitor.domain.text.plain import plain
from monitor.errors import ConfigError
from monitor.review.status import incident_of
from reports.documents import analysis


def analyze(
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
    with opened(config) as stores:
        reporting = Reporting(stores.settings, stores.engine, now)
        incident = incident_of(stores.status, number)
        if as_opened:
            kept = reporting.as_opened(incident)
            if kept is None:
                raise ConfigError(
                    [f"incident {number} was not analyzed when it was opened; leave --as-opened out"]
                )
            found = kept
        else:
            case = reporting.case(incident)
            found = make(case)
            if bundle is not None:
                _tell_files(publishing.bundle(bundle, case, found), aside=as_json)
    _show(found, output, as_json=as_json, quiet=bundle is not None)


def replay(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help="What `incident analyze --bundle` wrote.")],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Write HTML, Markdown and JSON there.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a bundle's analysis anew; no database is needed. Exit code 1 if a number differs from the bundle's own."""
    found, same = publishing.replay(bundle)
    _show(found, output, as_json=as_json)
    if not same:
        err.print(
            Text.assemble(
                ("the numbers are not those that lie in the bundle:", "red"),
                " another version made it, or it was changed",
            )
        )
        raise typer.Exit(1)


def _show(found: Analysis, output: Path | None, *, as_json: bool, quiet: bool = False) -> None:
    if output is not None and as_json:
        raise ConfigError(["--output writes JSON too; leave --json out"])
    if output is not None:
        _tell_files(write_report(output, analysis.files(found)))
    elif as_json:
        sys.stdout.write(bearable(analysis.json(found)))
    elif not quiet:
        out.print(analysis.terminal(found, bare=not out.is_terminal))


def _tell_files(paths: Sequence[Path], *, aside: bool = False) -> None:
    for path in paths:
        (err if aside else out).print(plain(str(path)), soft_wrap=True)
