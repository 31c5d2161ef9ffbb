"""`anchorwatch labels disputed`: which tickets a second person should read."""

from typing import Annotated

import typer

from monitor.app.disputes import disputed_tickets
from monitor.cli.common import NUMBER_MAX, ConfigOption, JsonOption
from monitor.cli.completed import model_option
from monitor.cli.opened import opened
from monitor.cli.show import show, show_rows
from monitor.domain.events.types import Model
from monitor.errors import ConfigError
from reports.tables import disputed as table


def disputed(
    config: ConfigOption = None,
    *,
    model: Annotated[
        str, model_option(metavar="NAME", help="Only this model's; * and ? stand for anything.")
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", help="So many at most.", min=1, max=NUMBER_MAX)
    ] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The tickets to have read again, the most telling first, and why."""
    if as_csv and as_json:
        raise ConfigError(["--csv: it is CSV or JSON; leave one of the two out"])
    with opened(config) as stores:
        tickets = disputed_tickets(stores, model, limit)
        named = any(each.annotator is not None for found in tickets for each in found.ticket.labels)
        settings = stores.settings

    def template(of: Model) -> str:
        return settings.of(of).ticket_url

    if as_csv:
        show_rows(table.as_csv(tickets, template))
    else:
        show(table.disputed_view(tickets, template, named=named or not tickets), as_json=as_json)
