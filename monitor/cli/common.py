"""What every command shares: options, the console, and errors put plainly."""

import getpass
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from monitor.errors import AnchorwatchError, ConfigError

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
NumberArgument = Annotated[int, typer.Argument(help="The incident's number.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

WIDE = 240  # where nobody looks, nothing is cut off
out = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


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


def fail(error: AnchorwatchError) -> int:
    """Tell an error to a person; the exit code it stands for."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            err.print(f"[red]problem:[/red] {escape(problem)}")
    else:
        err.print(f"[red]error:[/red] {escape(str(error))}")
    return error.exit_code
