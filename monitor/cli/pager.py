"""More lines than a terminal has: a page at a time, in the pager that the person has."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from rich.console import Console
from typing_extensions import override

from monitor.cli.common import out
from monitor.cli.console import PlainConsole

_LESS = "FRX"  # leaves where all fits on the screen, keeps colours, and leaves what was read on the screen


class _PagerLeftError(Exception):
    """Whoever reads has seen enough."""


class _PagerConsole(PlainConsole):
    @override
    def on_broken_pipe(self) -> None:
        raise _PagerLeftError


def pager() -> list[str]:
    """The command of the person's pager: `$PAGER`, else less; empty where there is none, or nobody looks."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return []
    wanted = shlex.split(os.environ.get("PAGER", "less"))
    return wanted if wanted and wanted[0] != "cat" and shutil.which(wanted[0]) else []


@contextmanager
def paged(command: list[str]) -> Iterator[Console]:
    """A console that prints into a pager, and ends when that is left: what comes later is not even made."""
    environment = {"LESS": _LESS, **os.environ}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, text=True, errors="replace", env=environment
    ) as reader:
        into = cast(TextIO, reader.stdin)
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the pager
        try:
            with suppress(_PagerLeftError, BrokenPipeError):
                yield _PagerConsole(file=into, force_terminal=True, width=out.width)
            with suppress(BrokenPipeError):
                into.close()
            reader.wait()
        finally:
            signal.signal(signal.SIGINT, before)
