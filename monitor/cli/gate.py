"""`anchorwatch gate`: may this release go on? For CI/CD."""

from typing import Annotated

import typer

from monitor.app.gate import ask_about
from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.completed import environment_option, model_option, version_option
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.events.names import named_model
from reports.tables.gate import gate_view


def gate(
    model: Annotated[str, model_option(help="The model's name.")],
    version: Annotated[str, version_option(help="The version to ask about.")],
    environment: Annotated[str, environment_option(help="Where it runs.")] = "prod",
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Exit 0 where every watched intent keeps its promise, 1 where one broke it, 3 where nobody can tell yet."""
    asked = named_model(model, version, environment)
    with opened(config) as stores:
        answer = ask_about(stores, asked)
    show(gate_view(asked, answer), as_json=as_json)
    raise typer.Exit(int(answer.gate))
