"""`anchorwatch worksheet`: what must be answered before generated examples are believed."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from monitor.cli.common import ConfigOption, JsonOption, out, print_json, say
from monitor.cli.opened import opened
from monitor.domain.anchors.worksheet import red_flags, severity
from monitor.domain.events.names import named_model
from monitor.domain.text.plain import plain
from monitor.errors import ConfigError
from monitor.settings.worksheets import read_worksheet
from reports.words.grades import red_flag


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
    worksheet = read_worksheet(file)
    measured = None
    if model is not None:
        if version is None:
            raise ConfigError(["--model: name the version too, with --version"])
        whose = named_model(model, version, environment)
        with opened(config) as stores:
            anchors = [
                each.anchor
                for each in stores.anchors.all()
                if each.active_since and each.anchor.model == whose
            ]
        if not anchors:
            raise ConfigError(
                [f"{whose} has no active anchor; `anchorwatch anchor list` shows what there is"]
            )
        measured = {intent: promise for (intent, name), promise in anchors[0].promises.items() if not name}
    flags = red_flags(worksheet, measured)
    worded = [red_flag(flag) for flag in flags]
    if as_json:
        print_json({"severity": severity(worksheet).value, "red_flags": worded})
    else:
        for flag in worded:
            words = plain(f"  {flag['where']}: {flag['what']}")
            out.print(Text.assemble(("red flag", "red"), f"  {words}"), soft_wrap=True)
            say(f"          {flag['do']}", soft_wrap=True)
        out.print(f"{len(flags) or 'no'} red flags; a fall of its intents is {severity(worksheet).value}")
    if flags:
        raise typer.Exit(1)
