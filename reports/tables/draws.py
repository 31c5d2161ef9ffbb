"""Draws in, what `anchorwatch labels draw` and `labels drawn` say of them out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.labels.ports.draws import Drawing
from reports.figures import moment
from reports.render.blocks import Block, Column, DrawNumber, TableCell, View

FAR_MORE = 1.2  # times what was asked for is told


def as_object(drawing: Drawing, answered: int) -> dict[str, Any]:
    """One draw, as JSON, with how many of its tickets people labelled. Its seed tells who will be drawn: not shown."""
    return {
        "number": drawing.number,
        "at": drawing.at.isoformat(),
        "candidates": drawing.candidates,
        "asked": round(drawing.asked, 3),
        "expected": round(drawing.expected, 3),
        "drawn": drawing.drawn,
        "answered": answered,
        "written_at": None if drawing.written_at is None else drawing.written_at.isoformat(),
    }


def draws_view(drawings: Sequence[Drawing], answered: Mapping[int, int]) -> View:
    """Every draw, each in a line. `answered`: how many of its tickets people labelled, by its number."""
    rows: list[list[str | TableCell]] = [
        [
            TableCell(str(each.number), leads_to=DrawNumber(each.number)),
            moment(each.at),
            f"{each.candidates:,}",
            f"{each.asked:,.1f}",
            f"{each.expected:,.1f}",
            f"{each.drawn:,}",
            f"{answered.get(each.number, 0):,}",
            "-" if each.written_at is None else moment(each.written_at),
        ]
        for each in drawings
    ]
    block = Block(
        columns=(
            "no.",
            "at",
            Column("had a chance", figures=True, spare=3),
            Column("asked for", figures=True, spare=2),
            Column("expected", figures=True, spare=4),
            Column("drawn", figures=True),
            Column("answered", figures=True),
            Column("written", spare=1),
        ),
        rows=rows,
        notes=[] if rows else ["nothing was drawn yet"],
    )
    return View([block], [as_object(each, answered.get(each.number, 0)) for each in drawings])


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
