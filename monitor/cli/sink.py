"""`anchorwatch sink`: which ways lead to a person, and whether they do."""

from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.delivery import send_test_to
from monitor.cli.common import ConfigOption, JsonOption, note
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.show import show
from reports.tables.sinks import sinks_view


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every sink, what waits for it and how long, when it is tried again, and what it did last."""
    with opened_oncall(config) as stores:
        records = stores.sink_records.of([sink.name for sink in stores.settings.sinks])
        kinds = {sink.name: sink.kind for sink in stores.settings.sinks}
    show(sinks_view(records, kinds, now()), as_json=as_json)


def send_test(
    name: Annotated[str, typer.Argument(help="The sink's name in the configuration.")],
    config: ConfigOption = None,
) -> None:
    """Send a real message that says it is a test, and say whether it was taken.

    Exit code 5 where it was not.
    """
    with opened_oncall(config) as stores:
        send_test_to(stores, name)
    note(f"{name} took the test")
