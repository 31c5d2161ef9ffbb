"""The gate's answer in, what `anchorwatch gate` shows out."""

from typing import Any

from monitor.domain.events.types import Model
from monitor.domain.judging.gate import CellAnswer, Gate, ReleaseAnswer
from monitor.domain.judging.judge import Coverage, Verdict
from reports.render.blocks import Block, View

_WORDS = {
    Gate.BROKEN: "broken",
    Gate.CANNOT_TELL: "cannot be told yet",
    Gate.HEALTHY: "at or above the floor",
}


def as_object(answer: ReleaseAnswer) -> dict[str, Any]:
    """The release and each cell, worst first."""
    return {
        "gate": answer.gate.name.lower(),
        "reason": reason(answer),
        "cells": [
            {"cell": each.cell.name, "gate": each.gate.name.lower(), "reason": why(each)}
            for each in answer.cells
        ],
    }


def gate_view(model: Model, answer: ReleaseAnswer) -> View:
    """May the release go on, and what each watched cell says of it, worst first."""
    block = Block(
        lines=[f"{model}: {reason(answer)}"],
        bullets=[f"{each.cell.name}: {why(each)}" for each in answer.cells],
    )
    return View([block], as_object(answer))


def reason(answer: ReleaseAnswer) -> str:
    """What decided about the release."""
    if not answer.cells:
        return "nothing is watched: no cell has an active anchor"
    count = sum(each.gate is answer.gate for each in answer.cells)
    return f"{count} of {len(answer.cells)} watched {_WORDS[answer.gate]}"


def why(answer: CellAnswer) -> str:
    """What decided about a cell."""
    cell = answer.cell
    if cell.floor is None:
        return "no active anchor: there is nothing to hold it to"
    between = f"recall lies between {cell.low:.3f} and {cell.high:.3f}, the floor is {cell.floor:.3f}"
    if cell.verdict is Verdict.DEGRADED:
        return f"degraded: {between}"
    if answer.gate is Gate.BROKEN:
        return f"broken: {between}; it has not paged"
    if not cell.identified:
        return "the labels it has cannot tell its recall"
    if answer.gate is Gate.HEALTHY:
        return f"healthy: {between}"
    if cell.high < cell.floor:
        return f"can't tell yet: {between}, but misses are labelled sooner than hits, so it may be higher"
    known = [cell.verdict.value] if cell.verdict is not Verdict.OK else []
    known += [cell.coverage.value] if cell.coverage is not Coverage.SEEN else []
    doubt = f" ({', '.join(known)})" if known else ""
    return f"can't tell yet{doubt}: {between}, so it may be up to {cell.floor - cell.low:.3f} too low"
