"""The terminal: a page as a framed table where a person looks on, as plain text in a pipe or a log."""

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from typing_extensions import override

from monitor.deliver.ports import Sink
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page, Rows
from monitor.errors import DeliveryError

_COLOURS = {
    NoticeKind.OPENED: "red",
    NoticeKind.REOPENED: "red",
    NoticeKind.MEMBER_JOINED: "yellow",
    NoticeKind.MEMBER_RECOVERED: "green",
    NoticeKind.RESOLVED: "green",
    NoticeKind.RETRACTED: "cyan",
    NoticeKind.ACKNOWLEDGED: "blue",
    NoticeKind.BLIND: "magenta",
    NoticeKind.SUSPECT: "yellow",
    NoticeKind.EARLY: "yellow",
    NoticeKind.STALE: "magenta",
    NoticeKind.FLOWING: "green",
    NoticeKind.SINK_FAILED: "red",
    NoticeKind.SINK_WORKING: "green",
    NoticeKind.VERSION: "blue",
    NoticeKind.REPORT: "blue",
    NoticeKind.TEST: "blue",
}


class TerminalSink(Sink):
    """Prints the page. What it prints comes from events: nothing in it is taken as markup."""

    def __init__(self, name: str, console: Console | None = None) -> None:
        self.name = name
        self._console = console or Console()

    @override
    def send(self, notice: Notice, page: Page) -> None:
        console = self._console
        try:
            if console.is_terminal and console.encoding.startswith("utf"):
                console.print(panel(page, notice.kind))
            else:
                text = page.text.encode(console.encoding, "replace").decode(console.encoding)
                console.file.write(text + "\n")
                console.file.flush()
        except (OSError, ValueError) as err:
            raise DeliveryError(f"the terminal can't be written to: {err}", retryable=True) from err


def panel(page: Page, kind: NoticeKind) -> Panel:
    """The page in a frame whose colour says whether somebody has to get up."""
    colour = _COLOURS[kind]
    parts: list[RenderableType] = [Text(page.title, style=f"bold {colour}")]
    for heading, rows in page.sections:
        parts.append(Text())
        if heading:
            parts.append(Text(heading, style="bold"))
        parts.append(_table(rows, indent=2 if heading else 0))
    return Panel(Group(*parts), border_style=colour, padding=(0, 2), expand=False)


def _table(rows: Rows, indent: int) -> RenderableType:
    if not any(label for label, _ in rows):
        return Text("\n".join(value for _, value in rows))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True, min_width=16)
    table.add_column(overflow="fold")
    for label, value in rows:
        table.add_row(Text(" " * indent + label), Text(value))
    return table
