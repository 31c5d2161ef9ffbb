"""`anchorwatch sink test`: whether a way leads to a person."""

from typing import Annotated

import typer

from monitor.app.delivery import send_test_to
from monitor.cli.common import ConfigOption, note
from monitor.cli.completed import sinks
from monitor.cli.opened_oncall import opened_oncall


def send_test(
    name: Annotated[str, typer.Argument(help="The sink's name in the configuration.", autocompletion=sinks)],
    config: ConfigOption = None,
) -> None:
    """Send a real message that says it is a test, and say whether it was taken.

    Exit code 5 where it was not.
    """
    with opened_oncall(config, new_too=True) as stores:
        send_test_to(stores, name)
    note(f"{name} took the test")
