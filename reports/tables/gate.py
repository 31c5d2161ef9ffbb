"""The gate's answer in, what `anchorwatch gate` shows out."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.events.types import Model
from monitor.domain.judging.gate import CellAnswer, Gate, GateQuestion, ReleaseAnswer, WatchedCell
from monitor.domain.judging.judge import Coverage, Verdict
from reports.figures import moment
from reports.render.blocks import Block, View
from reports.words.slices import in_slices

NAMED = 5
_WORDS = {
    Gate.BROKEN: "broken",
    Gate.CANNOT_TELL: "cannot be told yet",
    Gate.HEALTHY: "at or above the floor",
}


def as_object(answer: ReleaseAnswer) -> dict[str, Any]:
    """The release, which cells were asked, and each cell, worst first."""
    return {
        "gate": answer.gate.name.lower(),
        "reason": reason(answer),
        "asked": {"intents": list(answer.question.intents), "slices": answer.question.slices},
        "unwatched": list(answer.unwatched),
        "cells": [_cell_object(each) for each in answer.cells],
        "slices_left_out": [_cell_object(each) for each in answer.left_out],
    }


def _cell_object(answer: CellAnswer) -> dict[str, str]:
    return {"cell": answer.cell.name, "gate": answer.gate.name.lower(), "reason": why(answer)}


def gate_view(model: Model, answer: ReleaseAnswer) -> View:
    """May the release go on, and what each watched cell says of it, worst first."""
    asked = _asked(answer.question)
    block = Block(
        lines=[f"{model}: {reason(answer)}", *([f"Asked: {asked}."] if asked else [])],
        bullets=[
            *(f"{each.cell.name}: {why(each)}" for each in answer.cells),
            *(f"{pattern}: nothing of it is watched, so nobody can tell" for pattern in answer.unwatched),
        ],
        notes=[note] if (note := _left_out(answer.left_out)) else [],
    )
    return View([block], as_object(answer))


def _asked(question: GateQuestion) -> str:
    """Which cells were asked; nothing where all were."""
    if not question.intents:
        return "" if question.slices else "whole intents and groups, no slices"
    return f"{', '.join(question.intents)}, {'with their slices' if question.slices else 'no slices'}"


def _left_out(slices: Sequence[CellAnswer]) -> str:
    """How many slices were not asked, and which of them are broken."""
    if not slices:
        return ""
    broken = [each.cell.name for each in slices if each.gate is Gate.BROKEN]
    named = ", ".join(broken[:NAMED]) + (f" and {len(broken) - NAMED} more" if len(broken) > NAMED else "")
    count = f"{len(slices)} watched {'slice was' if len(slices) == 1 else 'slices were'} not asked"
    return f"{count}; broken among them: {named}" if broken else f"{count}; none of them is broken"


def reason(answer: ReleaseAnswer) -> str:
    """What decided about the release."""
    if not answer.cells:
        if answer.retirement is not None:
            return (
                f"it is retired since {moment(answer.retirement.at)}, so nothing of it is watched;"
                " `anchorwatch version list` shows which version answers"
            )
        if answer.unwatched:
            return "nothing that was asked for is watched"
        if answer.left_out:
            return "nothing but slices is watched"
        return "nothing is watched: no cell has an active anchor"
    gate = answer.cells[0].gate
    count = sum(each.gate is gate for each in answer.cells)
    words = f"{count} of {len(answer.cells)} watched {_WORDS[gate]}"
    if not answer.unwatched:
        return words
    return f"{words}; nothing is watched of {', '.join(answer.unwatched)}"


def why(answer: CellAnswer) -> str:
    """What decided about a cell; of an intent that is not broken itself, which slices of it are."""
    slices = "" if answer.gate is Gate.BROKEN else in_slices(answer.cell.slices)
    return f"{_why(answer)}; {slices}" if slices else _why(answer)


def _slips(cell: WatchedCell) -> str:
    return f"at the floor they would read {cell.floor_as_read or 0.0:.3f}; have more of its misses read again"


def _why(answer: CellAnswer) -> str:
    cell = answer.cell
    if cell.floor is None:
        return "no active anchor: there is nothing to hold it to"
    between = f"recall lies between {cell.low:.3f} and {cell.high:.3f}, the floor is {cell.floor:.3f}"
    if cell.verdict is Verdict.DEGRADED:
        # A late fall after a long good past: all of the time since the release does not tell it.
        told = cell.high < cell.floor
        return f"degraded: {between if told else 'it paged, and recall has not been won back'}"
    if answer.gate is Gate.BROKEN:
        page = "its page was ended, and it is judged anew since" if cell.page_ended else "no page stands"
        return f"broken: {between}; {page}"
    if not cell.identified:
        return "the labels it has cannot tell its recall"
    if answer.gate is Gate.HEALTHY:
        return f"healthy: {between}"
    if cell.high < cell.floor and not cell.misses_first:
        return f"can't tell yet: {between}, but second readings say that labels may be wrong: {_slips(cell)}"
    if cell.high < cell.floor:
        return f"can't tell yet: {between}, but misses are labelled sooner than hits, so it may be higher"
    known = [cell.verdict.value] if cell.verdict is not Verdict.OK else []
    known += [cell.coverage.value] if cell.coverage is not Coverage.SEEN else []
    doubt = f" ({', '.join(known)})" if known else ""
    return f"can't tell yet{doubt}: {between}, so it may be up to {cell.floor - cell.low:.3f} too low"
