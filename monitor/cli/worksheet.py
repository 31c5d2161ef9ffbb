"""`anchorwatch worksheet`: what must be answered before generated examples are believed."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.anchors.anchoring import active_promises
from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.anchors.red_flags import red_flags
from monitor.domain.anchors.worksheet import severity
from monitor.domain.events.names import named_model
from monitor.errors import ConfigError
from monitor.settings.worksheets import read_worksheet
from reports.tables.worksheet import worksheet_view


def check(
    file: Annotated[Path, typer.Argument(help="The worksheet, as in config/worksheet.example.yaml.")],
    model: Annotated[
        str | None, typer.Option("--model", help="Hold it against the active anchor of this model.")
    ] = None,
    version: Annotated[str | None, typer.Option("--version", help="With --model: the version.")] = None,
    environment: Annotated[str, typer.Option("--environment", help="With --model: where it runs.")] = "prod",
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Name each red flag with what to do. Exit code 1 where there is one."""
    worksheet, measured = read_worksheet(file), None
    if model is not None:
        if version is None:
            raise ConfigError(["--model: name the version too, with --version"])
        with opened(config) as stores:
            measured = active_promises(stores.anchors, named_model(model, version, environment))
    flags = red_flags(worksheet, measured)
    show(worksheet_view(flags, severity(worksheet)), as_json=as_json)
    if flags:
        raise typer.Exit(1)
