"""In: words, numbers and tables. Out: the story on a terminal, or as plain lines where it is piped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from monitor.demo.live import Tick
from reports.render.blocks import View
from reports.render.terminal import print_view

_DAYS_A_LINE: Final = 7
_MEASURE: Final = 100  # longer lines are hard to read


class Teller:
    """Says things. Nothing it is given is taken as markup."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._acts = 0

    @property
    def plain(self) -> bool:
        """Whether nobody looks on: no colours, no frames, no moving bar."""
        return not self._console.is_terminal

    def busy(self, words: str) -> AbstractContextManager[object]:
        """Say that something takes a while, as long as it does."""
        return nullcontext() if self.plain else self._console.status(words)

    def act(self, title: str) -> None:
        """Begin the next part of the story."""
        self._acts += 1
        self._console.print()
        self._console.print(Text(f"{self._acts}. {title}", style="bold cyan"))

    def say(self, words: str, style: str = "") -> None:
        """A paragraph."""
        self._console.print(Text(words, style=style), width=min(self._console.width, _MEASURE))

    def quote(self, who: str, words: str) -> None:
        """One line that somebody wrote, cut where the screen ends."""
        line = Text.assemble(f"  {who:<11}", (" ".join(words.split()), "italic"))
        line.truncate(min(self._console.width, _MEASURE), overflow="ellipsis")
        self._console.print(line)

    def command(self, words: str) -> None:
        """Something to type; never wrapped, so that it can be copied."""
        self._console.print(Text(f"  $ {words}", style="bold"), soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Words in the first column, figures in the rest."""
        style = "" if self.plain else "bold underline"
        grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=style)
        for place, name in enumerate(columns):
            grid.add_column(name, justify="right" if place else "left")
        for row in rows:
            grid.add_row(*(Text(value) for value in row))
        self._console.print(grid)

    def show(self, view: View) -> None:
        """What a command shows."""
        print_view(self._console, view)

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    @contextmanager
    def watching(self, start: datetime, end: datetime) -> Iterator[DateBar]:
        """Show how time passes."""
        watch = DateBar(self._console, start, end)
        try:
            yield watch
        finally:
            watch.stop()


class DateBar:
    """A bar that moves with the simulated date; in a pipe, a line a week."""

    def __init__(self, console: Console, start: datetime, end: datetime) -> None:
        self._console = console
        self._start = start
        self._days = (end - start).total_seconds() / 86_400
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._lines = 0
        self.go()

    def tick(self, tick: Tick) -> None:
        """Time has passed."""
        days = (tick.at - self._start).total_seconds() / 86_400
        words = (
            f"day {days:2.0f}  {tick.at:%Y-%m-%d}  {tick.read:,} messages, {tick.labelled:,} labelled,"
            f" {tick.rejected} dead letters"
        )
        if self._progress is not None:
            self._progress.update(self._task, completed=min(days, self._days), description=words)
        elif not self._console.is_terminal and days // _DAYS_A_LINE > self._lines:
            self._lines = int(days // _DAYS_A_LINE)
            self._console.print(Text(words))

    def stop(self) -> None:
        """Take the bar away, so that something can be printed."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def go(self) -> None:
        """Show the bar, again."""
        if self._console.is_terminal:
            bar = BarColumn(bar_width=10)
            self._progress = Progress(
                bar, TextColumn("{task.description}"), console=self._console, transient=True
            )
            self._task = self._progress.add_task("", total=self._days)
            self._progress.start()
