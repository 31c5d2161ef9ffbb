"""`anchorwatch gate`: may this release go on? For CI/CD."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption, print_json, say
from monitor.cli.opened import opened
from monitor.domain.events.names import named_model
from monitor.domain.judging.gate import WatchedCell, ask
from monitor.errors import ConfigError
from reports.tables import gate as shown


def gate(
    model: Annotated[str, typer.Option(help="The model's name.")],
    version: Annotated[str, typer.Option(help="The version to ask about.")],
    environment: Annotated[str, typer.Option(help="Where it runs.")] = "prod",
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Exit 0 where every watched intent keeps its promise, 1 where one broke it, 3 where nobody can tell yet."""
    asked = named_model(model, version, environment)
    cells = []
    with opened(config) as stores:
        known = {status.state.cell.model for status in stores.status.cells()}
        if asked not in known | {listed.anchor.model for listed in stores.anchors.all()}:
            raise ConfigError([f"{asked} is unknown: no anchor was imported for it and no event names it"])
        for state in (status.state for status in stores.status.cells()):
            if state.cell.model == asked and state.held.watched:
                low, high = state.labels.reading.interval
                cells.append(
                    WatchedCell(
                        name=str(state.cell),
                        verdict=state.judgement.verdict,
                        floor=state.held.floor,
                        low=low,
                        high=high,
                        identified=state.labels.identified,
                    )
                )
    answer = ask(cells)
    if as_json:
        print_json(shown.as_object(answer))
    else:
        say(f"{asked}: {shown.reason(answer)}")
        for line in shown.lines(answer):
            say(f"  {line}")
    raise typer.Exit(int(answer.gate))
