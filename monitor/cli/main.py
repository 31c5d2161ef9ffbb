"""The `anchorwatch` command: its version, and the one place where errors become exit codes."""

import gc
import os
import sys
import traceback
import warnings
from typing import Annotated

import typer
from typer.exceptions import TyperException

from monitor import __version__
from monitor.cli.common import crash, fail, misused, out
from monitor.cli.console import take_any_encoding
from monitor.cli.lazy import WORDS, LazyGroup
from monitor.errors import AnchorwatchError, ConfigError, JudgingError

cli = typer.Typer(
    name="anchorwatch",
    cls=LazyGroup,
    no_args_is_help=True,
    context_settings=WORDS,
    pretty_exceptions_enable=False,
    help="Holds a classifier in production to the offline recall it shipped on, and pages when a"
    " rare intent drags its anchor.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"anchorwatch {__version__}")
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
    take_any_encoding()
    gc.disable()  # `LazyGroup` takes it up again
    try:
        if "COMP_WORDS" in os.environ:  # a shell asks what a word could become
            from monitor.cli.bash import as_bash_splits

            with as_bash_splits():
                cli(standalone_mode=False)
        _refuse_broken_text(sys.argv[1:])
        sys.exit(cli(standalone_mode=False) or 0)  # 0, or what a command exits with
    except TyperException as error:
        sys.exit(misused(error))
    except JudgingError as error:
        fail(error)
        sys.exit(crash("".join(traceback.format_exception(error))))
    except AnchorwatchError as error:
        sys.exit(fail(error))
    except Exception:  # noqa: BLE001 - a crash is no verdict, and Python's own code for it is the one of a verdict
        sys.exit(crash(traceback.format_exc()))
    finally:
        gc.enable()


def _refuse_broken_text(words: list[str]) -> None:
    """Bytes that are no text in the terminal's encoding reach us as halves of characters, which nothing can keep."""
    problems = []
    for place, word in enumerate(words, 1):
        try:
            word.encode()
        except UnicodeEncodeError:
            spelled = word.encode(errors="backslashreplace").decode()
            problems.append(
                f"word {place} of the command, {spelled}, is not in the encoding of this terminal"
            )
    if problems:
        raise ConfigError(problems)
