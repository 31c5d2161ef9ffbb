"""Blocks in; a page without script that fetches nothing out: light and dark, narrow and wide, and on paper."""

from collections.abc import Sequence

import jinja2

from monitor.domain.text.plain import plain, printable
from reports.render.blocks import Block

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("reports"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def html(title: str, blocks: Sequence[Block]) -> str:
    """The page."""
    return _TEMPLATES.get_template("document.html").render(
        title=title, blocks=[block.written for block in blocks], cleaned=plain, as_it_stands=printable
    )
