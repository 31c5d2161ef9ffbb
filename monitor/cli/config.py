"""`anchorwatch config`: is it sound, what is in force, and what does a mapping make of records."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption, RecordKind, SetOption, parsed, say
from monitor.cli.show import show as show_view
from monitor.settings.in_force import in_force
from monitor.settings.load import DEFAULT_FILE, find_files, load
from monitor.settings.schema import settings_schema
from reports.render.blocks import View


def check(config: ConfigOption = None, overrides: SetOption = None) -> None:
    """List every problem with its place and exit 2, or say that there is none. Connects to nothing."""
    load(config, parsed(overrides))
    if files := find_files(config):
        say(f"the configuration is sound: {', '.join(map(str, files))}", soft_wrap=True)
        return
    say(
        "there is no configuration file, so nothing was checked but the defaults, the environment and --set over them"
    )
    say(
        f"looked for: --config FILE, $ANCHORWATCH_CONFIG, {DEFAULT_FILE} in {DEFAULT_FILE.absolute().parents[1]};"
        " `anchorwatch init` writes one"
    )


def show(
    config: ConfigOption = None,
    overrides: SetOption = None,
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="What is in force for this model.")
    ] = "",
    environment: Annotated[
        str, typer.Option("--environment", metavar="NAME", help="Where that model runs.")
    ] = "prod",
) -> None:
    """Print what is in force, as JSON; secrets are starred out."""
    settings = load(config, parsed(overrides))
    shown = in_force(settings, model, environment) if model else settings.model_dump(mode="json")
    show_view(View([], shown), as_json=True)


def schema() -> None:
    """Print the JSON Schema of a configuration file, for editors."""
    show_view(View([], settings_schema()), as_json=True)


def try_mapping(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Records: JSON lines (.gz too; - is standard input), one object, or rows."
        ),
    ],
    kind: Annotated[
        RecordKind,
        typer.Option("--kind", help="Whose map to try: that of the predictions, or of the labels."),
    ] = RecordKind.PREDICTION,
    sender: Annotated[
        str,
        typer.Option("--sender", metavar="NAME", help="Whose map to try instead: of `web.hooks.labels`."),
    ] = "",
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
    most: Annotated[
        int,
        typer.Option("--most", min=1, max=10_000, help="How many sound records to show, and refused ones."),
    ] = 2,
) -> None:
    """Print what a sample becomes, field by field, and why a record is refused. Exit 1 on one. Writes nothing."""
    from monitor.app.trying import try_file
    from reports.tables.tried_mapping import tried_view

    sample = try_file(file, kind.value, load(config, parsed(overrides)), most, sender)
    show_view(tried_view(sample), as_json=as_json)
    if sample.refused:
        raise typer.Exit(1)
