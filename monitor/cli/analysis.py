"""`anchorwatch incident analyze` and `replay`: what can be known of an incident, on a screen or in files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from monitor.app import analyses, bundles
from monitor.app.analyses import Analyses
from monitor.app.clock import now
from monitor.cli.common import ConfigOption, JsonOption, NumberArgument, err, out
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.analysis.analysis import Analysis
from monitor.domain.analysis.analysis import analyze as make
from monitor.domain.text.plain import plain
from monitor.errors import ConfigError
from monitor.review.status import incident_of
from reports.documents.analysis import view as analysis_view


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
        desk = Analyses(stores, now)
        incident = incident_of(stores.status, number)
        if as_opened:
            kept = desk.as_opened(incident)
            if kept is None:
                raise ConfigError(
                    [f"incident {number} was not analyzed when it was opened; leave --as-opened out"]
                )
            analysis = kept
        else:
            case = desk.case(incident)
            analysis = make(case)
            if bundle is not None:
                _name_files(bundles.write(bundle, case, analysis), aside=as_json)
    _show(analysis, output, as_json=as_json, quiet=bundle is not None)


def replay(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help="What `incident analyze --bundle` wrote.")],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Write HTML, Markdown and JSON there.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a bundle's analysis anew; no database is needed. Exit code 1 if a number differs from the bundle's own."""
    analysis, same = bundles.replay(bundle)
    _show(analysis, output, as_json=as_json)
    if not same:
        err.print(
            Text.assemble(
                ("the numbers are not those that lie in the bundle:", "red"),
                " another version made it, or it was changed",
            )
        )
        raise typer.Exit(1)


def _show(analysis: Analysis, output: Path | None, *, as_json: bool, quiet: bool = False) -> None:
    if output is not None and as_json:
        raise ConfigError(["--output writes JSON too; leave --json out"])
    if output is not None:
        _name_files(analyses.write(analysis, output))
    elif as_json or not quiet:
        show(analysis_view(analysis), as_json=as_json)


def _name_files(paths: Sequence[Path], *, aside: bool = False) -> None:
    for path in paths:
        (err if aside else out).print(plain(str(path)), soft_wrap=True)
