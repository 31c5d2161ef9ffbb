"""`anchorwatch erase`: remove a person's rows, and say where else to look."""

from typing import Annotated

import typer

from monitor.app import erasing
from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.errors import ConfigError, UnavailableError
from reports.tables.erasure import receipt_view


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
    show(receipt_view(receipt), as_json=as_json)
    if receipt.archive is not None and receipt.archive.problem is not None:
        raise typer.Exit(UnavailableError.exit_code)
