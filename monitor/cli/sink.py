"""`anchorwatch sink`: which ways lead to a person, and whether they do."""

from contextlib import closing
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.delivery import Delivery
from monitor.cli.common import ConfigOption, JsonOption, note, out, print_json
from monitor.cli.opened import opened
from monitor.domain.telling.example import example_notice
from monitor.errors import ConfigError, DeliveryError, UnavailableError
from reports.pages.page import page_of
from reports.tables import sinks as shown


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every sink, what waits for it, and what it did last."""
    with opened(config) as stores:
        records = stores.status.sinks([sink.name for sink in stores.settings.sinks])
        kinds = {sink.name: sink.kind for sink in stores.settings.sinks}
    if as_json:
        print_json([shown.as_object(record, kinds) for record in records])
    else:
        out.print(shown.table(records, kinds, plain=not out.is_terminal))


def send_test(
    name: Annotated[str, typer.Argument(help="The sink's name in the configuration.")],
    config: ConfigOption = None,
) -> None:
    """Send a real message that says it is a test, and say whether it was taken.

    Exit code 5 where it was not.
    """
    with opened(config) as stores, closing(Delivery(stores.settings, stores.outbox)) as delivery:
        if name not in delivery.sinks:
            known = ", ".join(delivery.sinks) or "none"
            raise ConfigError([f"there is no sink called {name!r}; configured: {known}"])
        try:
            notice = delivery.addressed(example_notice(now(), stores.settings.judge.false_pages_per_year))
            delivery.sinks[name].send(notice, page_of(notice))
        except DeliveryError as error:
            raise UnavailableError(f"{name} did not take the test: {error.reason}") from error
    note(f"{name} took the test")
