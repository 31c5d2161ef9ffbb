"""An analysis in; its page out, which stays below 150 kB however many cells broke."""

from collections.abc import Sequence

from msgspec.structs import replace

from monitor.domain.analysis.analysis import Analysis
from reports.documents import analysis as document
from reports.figures import counted
from reports.render.blocks import Block, View

MEMBERS = 8
"""Of each some 13 kB."""


def analysis_page(analysis: Analysis, tickets: Sequence[Block], members: int = MEMBERS) -> View:
    """The worst `members` as in the report; for programs always all."""
    shown = replace(analysis, members=analysis.members[:members])
    blocks, left = document.blocks(shown, tickets), len(analysis.members) - members
    if left > 0:
        command = f"anchorwatch incident analyze {analysis.incident} --output FOLDER"
        more = f"{counted(left, 'more member')}, less broken"
        blocks.append(Block(notes=[f"{more}: all are in the report of `{command}`"]))
    return View(blocks, document.content(analysis), document.title(analysis))
