"""`anchorwatch demo`: the whole story on one screen, with nothing to set up."""

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from monitor.cli.common import out
from monitor.cli.logs import log_to_stderr
from monitor.demo.story import Wishes, tell
from monitor.demo.teller import Teller


def demo(
    tickets: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Tell it on tickets of yours: a CSV with text,intent."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another draw of the same story.")] = 1,
    bootstrap: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="A Kafka of yours instead of the embedded broker."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep the database, the anchor file and the events there."),
    ] = None,
    *,
    serve: Annotated[
        bool, typer.Option("--serve", help="Go on in a browser: end with the watch room on the story.")
    ] = False,
) -> None:
    """Watch a classifier ship, fail on real tickets, and be caught: broker, agent and page included.

    Exit codes: 0 done, also when no page came; 1 counts differ; 2 unusable tickets or directory; 5 no broker.
    """
    log_to_stderr()
    signal.signal(signal.SIGTERM, _terminated)
    wishes = Wishes(seed=seed, tickets=tickets, bootstrap=bootstrap, keep=keep, serve=serve)
    if not tell(Teller(out), wishes):
        raise typer.Exit(1)


def _terminated(_number: int, _frame: FrameType | None) -> None:
    """Leave as Ctrl-C does, so that the broker and the temporary files go too."""
    raise SystemExit(128 + signal.SIGTERM)
