"""What the first page about labels shows: what is blind for want of them, and what came of those asked for."""

from collections.abc import Sequence

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import blindness
from monitor.domain.judging.reasons import BlindCause
from monitor.review.ports.status import CellStatus, Overview
from reports.render.blocks import Block, View
from reports.tables.early import early_lines, early_object
from reports.tables.glance import models_block
from reports.tables.intents import by_model, intents_block
from reports.tables.status import status_objects

SHOWN = 10
"""So many draws and disputed tickets; each has a page with all of them."""


def labels_view(overview: Overview, draws: View, disputed: View) -> View:
    """Everything about labels on one page; `draws` and `disputed` are what their commands print."""
    blind = [status for status in overview.cells if _wants_labels(status)]
    days = overview.days_observed
    several = len({status.state.cell.model for status in overview.cells}) > 1
    blocks = [
        *([models_block(overview)] if overview.cells or overview.labelling else []),
        *(
            msgspec.structs.replace(
                intents_block(model, cells, days.get(model, 0.0)),
                heading=f"blind for want of labels: {model}",
            )
            for model, cells in by_model(blind)
        ),
        *([] if blind else [Block(lines=["no watched intent is blind for want of labels"])]),
        *_newest(draws, "draws", last=True),
        *_newest(disputed, "disputed tickets"),
        Block(
            heading="before any label",
            bullets=early_lines(overview.early, several=several)[:-1],
            lines=[] if overview.early else ["nothing stands that was noted before any label"],
        ),
    ]
    content = {
        "blind": list(status_objects(overview._replace(cells=blind))),
        "draws": draws.content,
        "disputed": disputed.content,
        "early": [early_object(note) for note in overview.early],
    }
    return View(blocks, content)


def which_model_view(models: Sequence[Model]) -> View:
    """Where several models could be planned for."""
    words = [str(model) for model in models]
    return View([Block(lines=["There are several models; each has a plan of its own."])], {"models": words})


def _wants_labels(status: CellStatus) -> bool:
    state = status.state
    blind = blindness(state.judgement)
    whole = not state.cell.slice_text and state.held.watched is not None
    return whole and blind is not None and blind[0] is BlindCause.TOO_FEW_LABELS


def _newest(view: View, heading: str, *, last: bool = False) -> list[Block]:
    """The blocks under a heading, of a long table its newest rows alone."""
    first, *rest = view.blocks
    shown = [msgspec.structs.replace(first, heading=heading), *rest]
    return [
        msgspec.structs.replace(
            block, rows=list(reversed(block.rows))[:SHOWN] if last else block.rows[:SHOWN]
        )
        for block in shown
    ]
