"""How a command answers: a view, for eyes or as JSON."""

import sys
from collections.abc import Callable, Iterable

from monitor.cli.common import out
from monitor.cli.console import bearable
from monitor.cli.pager import paged, pager
from reports.objects import json_parts, json_text
from reports.render.blocks import Block, View
from reports.render.terminal import print_blocks, print_view


def show(view: View, *, as_json: bool = False) -> None:
    """Print a view: tables and words, or exact JSON that is never wrapped or coloured."""
    if as_json:
        sys.stdout.write(bearable(json_text(view.content)))
    else:
        print_view(out, view)


def show_long(rows: int, view: Callable[[], View], pages: Callable[[], Iterable[Block]]) -> None:
    """Print a view; of more `rows` than the terminal has lines its pages, through the person's pager."""
    command = pager() if rows > out.height else []
    if not command:
        show(view())
        return
    with paged(command) as console:
        print_blocks(console, pages())


def show_each(objects: Iterable[object]) -> None:
    """Print a list as exact JSON, some of its objects after the other: what is printed is not kept."""
    for text in json_parts(objects):
        sys.stdout.write(bearable(text))


def show_rows(text: str) -> None:
    """Print rows for programs, such as CSV, as they are."""
    sys.stdout.write(bearable(text))
