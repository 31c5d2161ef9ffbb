"""What every command shares: options, the console, and errors put plainly."""

import getpass
import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from typer.exceptions import TyperException

from monitor.cli.console import consoles
from monitor.domain.text.passwords import without_passwords
from monitor.domain.text.plain import plain
from monitor.errors import CRASHED, AnchorwatchError, ConfigError

ConfigOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration file; of several the later ones go before. Else $ANCHORWATCH_CONFIG, else"
        " config/anchorwatch.yaml.",
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
ArchiveOption = Annotated[
    str | None,
    typer.Option(
        "--archive",
        metavar="DIR",
        help="What is archived there (or at s3://…), and not the database's own past.",
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="ENGINE",
        help="With --archive: duckdb (if not given), or where Spark is: local[N], spark://HOST:7077, sc://HOST.",
    ),
]
NUMBER_MAX = 2**31 - 1  # what a database numbers rows with
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


class RecordKind(StrEnum):
    """What a topic holds."""

    PREDICTION = "prediction"
    LABEL = "label"


out, err = consoles()


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


def asked(question: str, default: str) -> str:
    """What a person answers in a terminal; where nobody looks, the default."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    return str(typer.prompt(question, default=default, err=True))


def say(words: str, *, soft_wrap: bool = False) -> None:
    """One line on standard output, whatever the words hold: a name with a line break forges no second one."""
    indent = words[: len(words) - len(words.lstrip(" "))]
    out.print(indent + plain(words), soft_wrap=soft_wrap)


def note(words: str) -> None:
    """One line on standard error."""
    err.print(plain(words))


def warn(words: str) -> None:
    """One line on standard error about something that is odd, and stops nothing."""
    err.print(Text.assemble(("warning:", "yellow"), f" {plain(words)}"))


def fail(error: AnchorwatchError) -> int:
    """Tell an error to a person; the exit code it stands for."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            err.print(Text.assemble(("problem:", "red"), f" {plain(problem)}"))
    else:
        err.print(Text.assemble(("error:", "red"), f" {plain(str(error))}"))
    return error.exit_code


def misused(error: TyperException) -> int:
    """Words on the command line that mean nothing: told like every other problem, and how the command is used."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(error.format_message())
        return 2
    err.print(Text.assemble(("problem:", "red"), f" {plain(error.format_message())}"))
    if context is not None:
        note(f"{context.get_usage()}; `{context.command_path} --help` says more")
    return 2


def crash(trace: str) -> int:
    """Tell a defect of ours to a person; the exit code, which is never one of a verdict."""
    err.print(Text.assemble(("crash:", "red"), f" a defect of Anchorwatch, not a verdict (exit {CRASHED})"))
    err.print(without_passwords(trace), style="dim")
    return CRASHED


def time_of(option: str, words: str) -> datetime:
    """The time that an option gives; without a zone it is UTC.

    Raises:
        ConfigError: it is none.
    """
    try:
        at = datetime.fromisoformat(words)
    except ValueError as error:
        raise ConfigError(
            [f"{option} {words}: write a time such as 2026-10-01 or 2026-10-01T09:00Z"]
        ) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
