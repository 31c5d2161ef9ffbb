"""The way to a terminal: words are never markup, no character but a printable one gets there, any encoding will do."""

import codecs
import io
import json
import os
import re
import signal
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from typer.core import TyperGroup

from monitor.domain.text.plain import printable

WIDE = 240  # where nobody looks, nothing is cut off
# What tables and pictures of a line are drawn with.
_NEAREST = {
    "…": "~",
    "■": "#",
    "·": ".",
    "─": "-",
    "→": ">",
    **dict(zip("▁▂▃▄▅▆▇█", "12345678", strict=True)),
}
_TABS = str.maketrans("\t", " ")


class PlainConsole(Console):
    """A console whose words stay words: `[/x]` is five characters, and so is an escape sequence, less its escape.

    This holds for all that is printed, in whatever renderable it stands. Colour comes from styles alone.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as Rich has them
        super().__init__(**options, markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> None:
        """Whoever read our output has left: no more is said, and the exit code is no verdict."""
        leave_quietly()

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What Rich makes of it, each segment without characters that do not print."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(printable(segment.text.translate(_TABS)), segment.style)


def consoles() -> tuple[PlainConsole, PlainConsole]:
    """Standard output and standard error. Width is whatever a terminal has; a pipe is wide."""
    return PlainConsole(width=None if sys.stdout.isatty() else WIDE), PlainConsole(
        stderr=True, soft_wrap=True
    )


class LeaveOnBrokenPipe(TyperGroup):
    """The commands; where whoever reads their output leaves (`| head`), the exit code is a shell's, no verdict."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as Typer has it
        """Run the command."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            leave_quietly()
        return done


def leave_quietly() -> NoReturn:
    """Leave as a process does that a closed pipe ended; nothing is left that Python would try to write at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(128 + signal.SIGPIPE)


def take_any_encoding() -> None:
    """A character that a terminal's encoding lacks is shown as another, rather than ending the command.

    Those that we draw with become what comes nearest, all others `?`; each takes one column, as it did before.
    """
    codecs.register_error("nearest", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nearest")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    near = "".join(_NEAREST.get(mark, "?") for mark in error.object[error.start : error.end])
    if error.object[error.end - 1 : error.end + 1] == "→ ":
        return f"{near[:-1]}->", error.end + 1  # in the place of the blank, so that columns stay columns
    return near, error.end


def bearable(text: str) -> str:
    """JSON as it is, but with each character that does not print, or the terminal lacks, written as `\\uXXXX`."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    if encoding.lower().replace("-", "").startswith("utf"):
        if text.replace("\n", "").isprintable():  # there may be megabytes of it
            return text
        return re.sub(r"[^ -~\n]", _escaped_unless_printable, text)
    return re.sub(r"[^ -~\n]", lambda match: json.dumps(match[0])[1:-1], text)


def _escaped_unless_printable(match: re.Match[str]) -> str:
    return match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1]
