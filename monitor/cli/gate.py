"""`anchorwatch gate`: may this release go on? For CI/CD."""

from typing import Annotated

import typer

from monitor.app.gate import ask_about
from monitor.cli import completed
from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.completed import environment_option, model_option, version_option
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.events.names import named_model
from monitor.domain.judging.gate import GateQuestion
from monitor.errors import ConfigError
from reports.tables.gate import gate_view


def gate(
    model: Annotated[str, model_option(help="The model's name.")],
    version: Annotated[str, version_option(help="The version to ask about.")],
    environment: Annotated[str, environment_option(help="Where it runs.")] = "prod",
    config: ConfigOption = None,
    *,
    intents: Annotated[
        str,
        typer.Option(
            metavar="PATTERN,...",
            autocompletion=completed.intents,
            help="Ask these intents and their slices only; groups as `group NAME`. `*` and `?` stand for anything.",
        ),
    ] = "",
    no_slices: Annotated[
        bool, typer.Option("--no-slices", help="Ask whole intents and groups only, and no slice of them.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Exit 0 where every watched intent keeps its promise, 1 where one broke it, 3 where nobody can tell yet."""
    asked = named_model(model, version, environment)
    patterns = tuple(dict.fromkeys(word for each in intents.split(",") if (word := each.strip())))
    if intents and not patterns:
        raise ConfigError([f"--intents {intents}: there is no intent in it; leave it out to ask all of them"])
    with opened(config) as stores:
        answer = ask_about(stores, asked, GateQuestion(intents=patterns, slices=not no_slices))
    show(gate_view(asked, answer), as_json=as_json)
    raise typer.Exit(int(answer.gate))
