"""`anchorwatch labels early`: what was noted before any label, and the tickets that would tell."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.completed import intents
from monitor.cli.opened import opened
from monitor.cli.show import show, show_rows
from monitor.errors import ConfigError
from monitor.review.early import MOST, standing_early
from reports.tables.early import early_csv, early_view


def early(
    config: ConfigOption = None,
    *,
    intent: Annotated[
        str,
        typer.Option(
            metavar="PATTERN",
            help="Only what is about these intents; `*` and `?` stand for anything.",
            autocompletion=intents,
        ),
    ] = "",
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, max=1_000, help="So many tickets for each.")
    ] = MOST,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the tickets as CSV.")] = False,
    as_json: JsonOption = False,
) -> None:
    """What fell before any label told why, and which unlabelled tickets would tell."""
    if as_csv and as_json:
        raise ConfigError(["--csv: it is CSV or JSON; leave one of the two out"])
    with opened(config) as stores:
        looks = standing_early(stores.early, intent, most)
    if as_csv:
        show_rows(early_csv(looks))
    else:
        show(early_view(looks), as_json=as_json)
