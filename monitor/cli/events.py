"""`anchorwatch events`: are they what the agent reads, before anybody sends them?"""

from typing import Annotated

import typer

from monitor.app.checking import check_file
from monitor.cli.common import ConfigOption, JsonOption, RecordKind
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.events.schema import event_schema
from monitor.settings.load import load
from reports.render.blocks import View
from reports.tables.checked_events import checked_view
from reports.tables.dead_letters import dead_letters_view


def check(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="JSON lines (.gz too; - is standard input), Parquet or Avro."),
    ],
    kind: Annotated[
        RecordKind,
        typer.Option(
            "--kind",
            help="What a record is that does not say so by `event`; it is read as the topic of its kind.",
        ),
    ] = RecordKind.PREDICTION,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Decode every record as the agent would, and say of each that is refused why, and what to do. Exit 1 on one."""
    checked = check_file(file, kind.value, load(config))
    show(checked_view(checked), as_json=as_json)
    if checked.refusals:
        raise typer.Exit(1)


def refused(
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many places to name.")] = 20,
) -> None:
    """The records that were refused: how many by code, what each code means, and where the newest lay."""
    with opened(config) as stores:
        view = dead_letters_view(stores.dead_letters.by_code(), stores.dead_letters.newest(most))
    show(view, as_json=as_json)


def schema() -> None:
    """Print the JSON Schema of a record."""
    show(View([], event_schema()), as_json=True)
