"""Checked events in, what `anchorwatch events check` shows out."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.events.checked import CheckedEvents, Refused
from monitor.domain.events.misfits import Misfit
from monitor.domain.events.refusals import CODES
from reports.render.blocks import Block, Column, TableCell, View
from reports.words.misfits import worded

SHOWN = 3  # lines of a misfit that are named in a table


def checked_view(checked: CheckedEvents) -> View:
    """Each misfit in a row, its lines first, and how many records there were of what."""
    misfits = sorted(checked.refused.items(), key=lambda each: each[1].lines[0])
    blocks: list[Block] = []
    if misfits:
        rows: list[list[str | TableCell]] = [
            [_places(refused), wrong.code, wrong.field or "the record", TableCell(list(worded(wrong)))]
            for wrong, refused in misfits
        ]
        columns = ("line", "code", "field", "what is wrong, and what to do")
        blocks.append(Block(columns=columns, rows=rows))
        counts = [[code, f"{count:,}", CODES[code]] for code, count in checked.by_code.items()]
        blocks.append(Block(columns=("code", Column("records", figures=True), "means"), rows=counts))
    return View([*blocks, Block(lines=[_sum(checked)])], as_object(checked))


def as_object(checked: CheckedEvents) -> dict[str, Any]:
    """All of it, as JSON."""
    return {
        "records": checked.records,
        "predictions": checked.predictions,
        "labels": checked.labels,
        "refused": checked.refusals,
        "by_code": checked.by_code,
        "mended": {mend.value: count for mend, count in sorted(checked.mended.items())},
        "problems": [_problem(wrong, refused) for wrong, refused in checked.refused.items()],
    }


def _problem(wrong: Misfit, refused: Refused) -> dict[str, Any]:
    what, to_do = worded(wrong)
    return {
        "line": refused.lines[0],
        "first_lines": refused.lines,
        "count": refused.count,
        "code": wrong.code,
        "field": wrong.field,
        "what": what,
        "do": to_do,
    }


def _places(refused: Refused) -> str:
    named: Sequence[str] = [f"{line:,}" for line in refused.lines[:SHOWN]]
    more = refused.count - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _sum(checked: CheckedEvents) -> str:
    if not checked.records:
        return "There is no record in it."
    words = (
        f"{checked.records:,} records: {checked.predictions:,} predictions, {checked.labels:,} labels,"
        f" {checked.refusals:,} refused."
    )
    if checked.mended:
        mends = ", ".join(f"{mend.value} {count:,}" for mend, count in sorted(checked.mended.items()))
        words += f" Put right: {mends}."
    return words
