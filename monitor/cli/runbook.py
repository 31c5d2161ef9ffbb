"""`anchorwatch runbook`: what to do about what you were told."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.common import out, say
from monitor.errors import ConfigError
from reports.runbooks import files


def runbook(
    name: Annotated[str | None, typer.Argument(help="Which; without it all are listed.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Copy all of them there, for `runbooks_url`."),
    ] = None,
) -> None:
    """Show what to do about something you were told, or list every runbook."""
    if output is not None:
        _copy(output)
    elif name is None:
        width = max(map(len, files.names()))
        for each in files.names():
            out.print(f"{each:<{width}}  {files.title_of(each)}")
    elif name in files.names():
        out.print(files.text_of(name), end="", soft_wrap=True)
    else:
        raise ConfigError([f"there is no runbook {name!r}; there are {', '.join(files.names())}"])


def _copy(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("README", *files.names()):
            (folder / f"{name}.md").write_text(files.text_of(name), encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"--output {folder}: {error.strerror}"]) from error
    say(f"{len(files.names())} runbooks and their README are in {folder}")
