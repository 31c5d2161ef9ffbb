"""`anchorwatch erase`: remove a person's rows, and say where else to look."""

from typing import Annotated

import msgspec
import typer

from monitor.app import erasing
from monitor.cli.common import ConfigOption, JsonOption, out, print_json, say
from monitor.cli.opened import opened
from monitor.errors import ConfigError


def erase(
    prediction_ids: Annotated[
        list[str] | None, typer.Option("--prediction-id", help="A prediction to erase; may be repeated.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Erase all predictions about this person.")] = None,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Erase predictions with their labels and outcomes, count the tallies down, and print a receipt."""
    if not prediction_ids and subject is None:
        raise ConfigError(["name what to erase: --prediction-id ID (may be repeated) or --subject PERSON"])
    with opened(config) as stores:
        receipt = erasing.erase(stores, prediction_ids or [], subject)
    if as_json:
        print_json(msgspec.to_builtins(receipt))
        return
    out.print(f"erased {receipt.predictions:,} predictions at {receipt.at:%Y-%m-%d %H:%M:%S} UTC")
    if not receipt.predictions:
        out.print("nothing was stored under what you named; check it for typing errors")
    for table, rows in receipt.removed.items():
        out.print(f"  {rows:,} {table}")
    out.print("what this cannot reach:")
    for place in receipt.out_of_reach:
        say(f"  {place}")
