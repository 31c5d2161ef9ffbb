"""The `anchorwatch` command: its version, and the one place where errors become exit codes."""

import sys
import warnings
from importlib.metadata import version
from typing import Annotated

import typer

from monitor.cli.common import fail, out
from monitor.cli.lazy import LazyGroup
from monitor.errors import AnchorwatchError

cli = typer.Typer(
    name="anchorwatch",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Holds a classifier in production to the offline recall it shipped on, and pages when a"
    " rare intent drags its anchor.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"anchorwatch {version('anchorwatch')}")
        raise typer.Exit


@cli.callback()
def _root(
    *,
    show: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that come before the command."""


def main() -> None:
    """Run the command; the process ends with its exit code."""
    # kafka-python 3.0 uses an importlib function that Python 3.11 deprecates, once per protocol message.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    try:
        cli()  # ends the process itself: 0, what a command exits with, or 2 for words it does not know
    except AnchorwatchError as error:
        sys.exit(fail(error))
