"""Blocks in; a page without script that fetches nothing out: light and dark, narrow and wide, and on paper."""

from collections.abc import Sequence

from monitor.domain.text.plain import plain, printable
from reports.render.blocks import Block
from reports.render.templates import TEMPLATES


def html(title: str, blocks: Sequence[Block]) -> str:
    """The page."""
    return TEMPLATES.get_template("document.html").render(
        title=title,
        blocks=[block.written for block in blocks],
        cleaned=plain,
        advised=plain,
        timed=plain,
        head=str,
        card_head=str,
        as_it_stands=printable,
    )
