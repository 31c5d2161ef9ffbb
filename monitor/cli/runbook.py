"""`anchorwatch runbook`: what to do about what you were told."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app.runbooks import copy_runbooks
from monitor.cli.show import show
from monitor.domain.text.nearest import did_you_mean
from monitor.errors import ConfigError
from reports.runbooks import files
from reports.tables.files import files_view
from reports.tables.runbooks import runbook_view, runbooks_view


def runbook(
    name: Annotated[str | None, typer.Argument(help="Which; without it all are listed.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Copy all of them there, for `runbooks_url`."),
    ] = None,
) -> None:
    """Show what to do about something you were told, or list every runbook."""
    if output is not None:
        show(files_view(copy_runbooks(output)))
    elif name is None:
        show(runbooks_view())
    elif name in files.names():
        show(runbook_view(name))
    else:
        meant = did_you_mean(name, files.names()) or f"; there are {', '.join(files.names())}"
        raise ConfigError([f"there is no runbook {name!r}{meant}"])
