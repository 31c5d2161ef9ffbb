"""A worksheet's red flags in, what `anchorwatch worksheet check` shows out."""

from collections.abc import Sequence

from monitor.domain.anchors.red_flags import RedFlag
from monitor.domain.telling.routing import Severity
from reports.render.blocks import Block, TableCell, View
from reports.words.worksheet import red_flag


def worksheet_view(flags: Sequence[RedFlag], severity: Severity) -> View:
    """Each red flag with what to do, and how severe a fall of its intents is."""
    worded = [red_flag(flag) for flag in flags]
    rows = [
        [TableCell("red flag", "bad"), TableCell([f"{flag['where']}: {flag['what']}", flag["do"]])]
        for flag in worded
    ]
    total = f"{len(flags) or 'no'} red flags; a fall of its intents is {severity.value}"
    block = Block(columns=("", ""), rows=rows, notes=[total])
    return View([block], {"severity": severity.value, "red_flags": worded})
