"""`anchorwatch what-if`: the budget by other settings, beside what it is."""

from typing import Annotated

import typer

from monitor.app.what_if import asked_of, what_if_answer
from monitor.cli.common import ConfigOption, JsonOption, SetOption
from monitor.cli.opened import opened
from monitor.cli.show import show
from reports.tables.what_if import what_if_view


def what_if(
    drop: Annotated[
        str, typer.Option("--drop", metavar="RECALL", help="How far recall may fall (judge.drop).")
    ] = "",
    false_pages: Annotated[
        str, typer.Option("--false-pages", metavar="N", help="False pages a year, over everything.")
    ] = "",
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--labels",
            metavar="[INTENT=]N",
            help="Labels a day, of all intents or of one; as often as needed.",
        ),
    ] = None,
    fall_to: Annotated[
        str,
        typer.Option(
            "--fall-to", metavar="RECALL", help="The recall after the fall; else one that must be seen."
        ),
    ] = "",
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Who would have which share of the false pages, and when a fall would be seen, by other settings."""
    asked = asked_of(drop, false_pages, fall_to, labels or ())
    with opened(config, overrides) as stores:
        answer = what_if_answer(stores, asked)
    show(what_if_view(answer), as_json=as_json)
