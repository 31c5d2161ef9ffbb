"""A page's lines: cut to their length, wrapped to the width of a terminal, without control characters."""

import textwrap

from monitor.domain.telling.page import Link, Rows, Sections, ShellCommand
from monitor.domain.text.plain import plain
from reports.figures import cut

TITLE_MAX = 150
WIDTH = 100


def title_of(place: str, name: str, rest: str, prefix: str = "") -> str:
    """One line of at most 150 characters; the place and the name give way, so that the figures in `rest` stay."""
    place, name = plain(place), plain(name)
    room = TITLE_MAX - len(prefix) - len(": ") - len(rest)
    place = cut(place, max(room // 2, room - len(name)))
    return f"{prefix}{place}: {cut(name, room - len(place))}{rest}"


def plain_rows(rows: Rows) -> Rows:
    """Labels and values without control characters; a link stays a link, and a command a command."""
    return [(plain(label), type(value)(plain(value))) for label, value in rows]


def link_or_words(value: str) -> str:
    """What the configuration says of where to look: a link, where a click opens it, or words such as a file's name."""
    opens = value.startswith(("https://", "http://")) and not any(map(str.isspace, value))
    return Link(value) if opens else value


def filled(rows: Rows) -> Rows:
    """Those that have a value."""
    return [(label, value) for label, value in rows if value.strip()]


def as_text(title: str, sections: Sections) -> str:
    """The whole page as plain text of at most 100 columns, except a command or address that is longer."""
    blocks = ["\n".join(_wrap(title, ""))]
    for heading, rows in sections:
        indent = "  " if heading else ""
        column = max([14, *(len(label) for label, _ in rows)]) + 4 - len(indent)
        lines = [heading] if heading else []
        for label, value in rows:
            start = f"{indent}{label:<{column}}" if label else indent
            if isinstance(value, ShellCommand):
                lines.append(start + value)  # in one piece, to be copied
            else:
                lines += _wrap(value, start)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _wrap(value: str, start: str) -> list[str]:
    return textwrap.wrap(
        value,
        width=WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [start.rstrip()]
