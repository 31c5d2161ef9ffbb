"""Draws in, what `anchorwatch labels draw` and `labels drawn` say of them out."""

from collections.abc import Iterator, Sequence
from typing import Any

from monitor.labels.ports.draws import Drawing
from reports.figures import moment
from reports.render.blocks import Block, View

FAR_MORE = 1.2  # times what was asked for is told


def as_object(drawing: Drawing) -> dict[str, Any]:
    """One draw, as JSON. Its seed tells who will be drawn: it is not shown."""
    return {
        "number": drawing.number,
        "at": drawing.at.isoformat(),
        "candidates": drawing.candidates,
        "asked": round(drawing.asked, 3),
        "expected": round(drawing.expected, 3),
        "drawn": drawing.drawn,
        "written_at": None if drawing.written_at is None else drawing.written_at.isoformat(),
    }


def draws_view(drawings: Sequence[Drawing]) -> View:
    """Every draw, each in a line."""
    rows = [
        [
            str(each.number),
            moment(each.at),
            f"{each.candidates:,}",
            f"{each.asked:,.1f}",
            f"{each.expected:,.1f}",
            f"{each.drawn:,}",
            "-" if each.written_at is None else moment(each.written_at),
        ]
        for each in drawings
    ]
    block = Block(
        columns=("no.", "at", "had a chance", "asked for", "expected", "drawn", "written"),
        rows=rows,
        notes=[] if rows else ["nothing was drawn yet"],
    )
    return View([block], [as_object(each) for each in drawings])


def drawn_lines(drawing: Drawing, all_of_them: Sequence[Drawing]) -> Iterator[str]:
    """What a draw came to, what is odd about it, and which older ones nobody has in a file."""
    yield (
        f"draw {drawing.number}: {drawing.candidates:,} tickets had a chance, {drawing.expected:,.1f} were to be"
        f" expected, {drawing.drawn:,} are drawn"
    )
    if drawing.expected > max(drawing.asked * FAR_MORE, 1.0):
        yield (
            f"that is more than the {drawing.asked:,.1f} asked for: more came than on usual days, or"
            " sampling.min_probability, below which no chance is, comes to so many; lower that, or label more"
        )
    for each in all_of_them:
        if each.written_at is None and each.number != drawing.number:
            yield f"draw {each.number} is in no file yet; write it with --again {each.number} --output FILE"
