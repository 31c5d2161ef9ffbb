"""`anchorwatch worksheet`: what must be answered before generated examples are believed."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app.worksheets import check_worksheet
from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.completed import environment_option, model_option, version_option
from monitor.cli.show import show
from monitor.domain.events.names import named_model
from monitor.errors import ConfigError
from monitor.settings.load import load
from reports.tables.worksheet import worksheet_view


def check(
    file: Annotated[Path, typer.Argument(help="The worksheet, as in config/worksheet.example.yaml.")],
    model: Annotated[
        str | None, model_option(help="Hold it against the active anchor of this model.")
    ] = None,
    version: Annotated[str | None, version_option(help="With --model: the version.")] = None,
    environment: Annotated[str, environment_option(help="With --model: where it runs.")] = "prod",
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Name each red flag with what to do. Exit code 1 where there is one."""
    if model is not None and version is None:
        raise ConfigError(["--model: name the version too, with --version"])
    asked = named_model(model, version, environment) if model is not None and version is not None else None
    done = check_worksheet(load(config), file, asked)
    show(worksheet_view(done.flags, done.severity), as_json=as_json)
    if done.flags:
        raise typer.Exit(1)
