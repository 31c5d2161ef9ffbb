"""What every command shares: options, the console, and errors put plainly."""

import getpass
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from monitor.app.wiring import App, open_app
from monitor.errors import AnchorwatchError, ConfigError
from monitor.settings.load import load

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration file. Else $ANCHORWATCH_CONFIG, else config/anchorwatch.yaml.",
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Override a setting by its dotted name, such as judge.drop=0.05."
    ),
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who says so; the user who is logged in, if not given.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

WIDE = 240  # where nobody looks, nothing is cut off
out = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


@contextmanager
def opened(config: Path | None, overrides: list[str] | None = None) -> Iterator[App]:
    """The application as configured, closed afterwards."""
    app = open_app(load(config, parsed(overrides)))
    try:
        yield app
    finally:
        app.close()


def parsed(overrides: list[str] | None) -> dict[str, Any]:
    """`KEY=VALUE` words as settings; a value that is JSON (a number, a list) is read as such."""
    settings: dict[str, Any] = {}
    for word in overrides or []:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise ConfigError([f"--set {word}: write it as KEY=VALUE, such as judge.drop=0.05"])
        try:
            settings[key] = json.loads(value)
        except ValueError:
            settings[key] = value
    return settings


def who(by: str) -> str:
    """The person who gives a command."""
    if by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError) as err:
        raise ConfigError(["--by: nobody is logged in; say who you are with --by NAME"]) from err


def print_json(content: object) -> None:
    """Exact JSON, never wrapped or coloured."""
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def progress() -> Progress:
    """How far long work has come, on standard error, where somebody looks on."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def fail(error: AnchorwatchError) -> int:
    """Tell an error to a person; the exit code it stands for."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            err.print(f"[red]problem:[/red] {escape(problem)}")
    else:
        err.print(f"[red]error:[/red] {escape(str(error))}")
    return error.exit_code


def log_to_stderr() -> None:
    """Log lines to standard error: for eyes in a terminal, JSON elsewhere."""
    terminal = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # A traceback with its local variables, which is what structlog prints by default, would tell secrets.
    as_objects = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.ExceptionRenderer(as_objects), structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        cache_logger_on_first_use=False,
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    # kafka-python prints a traceback for every retry; what matters of it comes through our own errors.
    logging.getLogger("kafka").propagate = False
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
