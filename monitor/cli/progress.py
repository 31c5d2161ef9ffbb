"""A bar for long work."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from monitor.cli.common import err


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


@contextmanager
def busy(words: str) -> Iterator[None]:
    """Say what takes a while, as long as it does."""
    with progress() as bar:
        bar.add_task(words, total=None)
        yield
