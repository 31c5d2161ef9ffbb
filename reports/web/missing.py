"""Why a page is not there in, the page in its place out: with what was asked, so that it can be asked otherwise."""

from collections.abc import Mapping

from reports.render.blocks import Block, View
from reports.web.page import Filter, RoomPage

FIELDS_MAX = 10


def missing_page(why: str, asked: Mapping[str, str]) -> RoomPage:
    """`why` has a problem a line. A field is named in it as the option of a command, and here without its dashes."""
    lines = [line.removeprefix("--") for line in why.splitlines()]
    fields = [Filter(name, value) for name, value in asked.items()][:FIELDS_MAX]
    view = View([Block(lines=lines)], {"problems": lines})
    return RoomPage("not done, or not here", view, filters=fields, refreshes=False)
