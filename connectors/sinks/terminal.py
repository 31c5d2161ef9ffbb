"""The terminal: a page as a framed table where a person looks on, as plain text in a pipe or a log."""

from collections.abc import Callable, Sequence

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.domain.telling.notices import Notice, NoticeKind
from monitor.errors import DeliveryError

Sections = Sequence[tuple[str, Sequence[tuple[str, str]]]]

_COLOURS = {
    NoticeKind.OPENED: "red",
    NoticeKind.REOPENED: "red",
    NoticeKind.MEMBER_JOINED: "yellow",
    NoticeKind.MEMBER_RECOVERED: "green",
    NoticeKind.RESOLVED: "green",
    NoticeKind.RETRACTED: "cyan",
    NoticeKind.ACKNOWLEDGED: "blue",
    NoticeKind.BLIND: "magenta",
    NoticeKind.STALE: "magenta",
    NoticeKind.FLOWING: "green",
    NoticeKind.SINK_FAILED: "red",
    NoticeKind.VERSION: "blue",
    NoticeKind.REPORT: "blue",
    NoticeKind.TEST: "blue",
}


class TerminalSink:
    """Prints the page. What it prints comes from events: nothing in it is taken as markup."""

    def __init__(
        self,
        name: str,
        *,
        title: Callable[[Notice], str],
        sections: Callable[[Notice], Sections],
        text: Callable[[Notice], str],
        console: Console | None = None,
    ) -> None:
        self.name = name
        self._title = title
        self._sections = sections
        self._text = text
        self._console = console or Console()

    def send(self, notice: Notice) -> None:
        """See `monitor.ports.Sink`."""
        console = self._console
        try:
            if console.is_terminal and console.encoding.startswith("utf"):
                console.print(panel(self._title(notice), self._sections(notice), notice.kind))
            else:
                text = self._text(notice).encode(console.encoding, "replace").decode(console.encoding)
                console.file.write(text + "\n")
                console.file.flush()
        except (OSError, ValueError) as err:
            raise DeliveryError(f"the terminal can't be written to: {err}", retryable=True) from err


def panel(title: str, sections: Sections, kind: NoticeKind) -> Panel:
    """The page in a frame whose colour says whether somebody has to get up."""
    colour = _COLOURS[kind]
    parts: list[RenderableType] = [Text(title, style=f"bold {colour}")]
    for heading, rows in sections:
        parts.append(Text())
        if heading:
            parts.append(Text(heading, style="bold"))
        parts.append(_table(rows, indent=2 if heading else 0))
    return Panel(Group(*parts), border_style=colour, padding=(0, 2), expand=False)


def _table(rows: Sequence[tuple[str, str]], indent: int) -> RenderableType:
    if not any(label for label, _ in rows):
        return Text("\n".join(value for _, value in rows))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True, min_width=16)
    table.add_column(overflow="fold")
    for label, value in rows:
        table.add_row(Text(" " * indent + label), Text(value))
    return table
