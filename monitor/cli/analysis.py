"""`anchorwatch incident analyze` and `replay`: what can be known of an incident, on a screen or in files."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app import analyses
from monitor.app.analyses import Explained
from monitor.cli.common import ConfigOption, JsonOption, note, warn
from monitor.cli.completed import NumberArgument
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.errors import ConfigError
from reports.documents.analysis import view
from reports.tables.files import files_view

OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="DIR", help="Write HTML, Markdown and JSON there.")
]


def analyze(
    number: NumberArgument,
    config: ConfigOption = None,
    output: OutputOption = None,
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
    _either(output, as_json=as_json)
    with opened(config) as stores:
        done = analyses.explain(stores, number, as_opened=as_opened, bundle=bundle, output=output)
    _show(done, as_json=as_json)


def replay(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help="What `incident analyze --bundle` wrote.")],
    output: OutputOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a bundle's analysis anew; no database is needed. Exit code 1 if a number differs from the bundle's own."""
    _either(output, as_json=as_json)
    done, same = analyses.explain_bundle(bundle, output)
    _show(done, as_json=as_json)
    if not same:
        warn("the numbers are not those that lie in the bundle: another version made it, or it was changed")
        raise typer.Exit(1)


def _either(output: Path | None, *, as_json: bool) -> None:
    if output is not None and as_json:
        raise ConfigError(["--output writes JSON too; leave --json out"])


def _show(done: Explained, *, as_json: bool) -> None:
    """The names of the files, where some were written; JSON goes beside them."""
    if as_json:
        for file in done.files:
            note(str(file))
    show(
        view(done.analysis, done.tickets) if as_json or not done.files else files_view(done.files),
        as_json=as_json,
    )
