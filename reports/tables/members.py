"""The members of an incident in, how they stand now out: what is live beside what was promised."""

from collections.abc import Sequence

from monitor.review.ports.status import CellStatus
from reports.render.blocks import Block, Column, TableCell
from reports.words.coverage import mood_of, verdict_words


def members_now(members: Sequence[CellStatus]) -> Block:
    """A row each; no row where none is known any more."""
    return Block(
        heading="its members now" if members else "",
        columns=(
            "intent",
            Column("live", figures=True),
            Column("95 % at all times", figures=True),
            Column("labels", figures=True),
            Column("offline", figures=True),
            Column("floor", figures=True),
            "verdict",
        ),
        rows=[_row(member) for member in members],
        notes=["live: over every label since the release"] if members else [],
    )


def _row(member: CellStatus) -> list[TableCell]:
    state, promise = member
    reading, floor = state.labels.reading, state.held.floor
    known = reading.recall is not None
    low, high = reading.interval
    return [
        TableCell(str(state.cell), leads_to=state.cell),
        TableCell(f"{reading.recall:.2f}" if known else "-", mood_of(state)),
        TableCell(f"{low:.2f} to {high:.2f}" if known else "-"),
        TableCell(f"{state.labels.tally.support:,}"),
        TableCell(f"{promise.shipped.recall:.2f}" if promise else "-"),
        TableCell(f"{floor:.2f}" if floor is not None else "-"),
        TableCell(verdict_words(state), mood_of(state)),
    ]
