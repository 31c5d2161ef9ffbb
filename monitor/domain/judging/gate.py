"""The watched cells of a release come in; whether it is healthy, broken or not known yet goes out."""

from collections.abc import Sequence
from enum import IntEnum

import msgspec

from monitor.domain.judging.judge import Verdict


class Gate(IntEnum):
    """The answer, and the exit code of `anchorwatch gate`."""

    HEALTHY = 0
    BROKEN = 1
    CANNOT_TELL = 3


class WatchedCell(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate asks about a watched cell.

    `low` and `high` hold its recall: the confidence sequence, or section 4's interval for weighted labels.
    `identified` is False where the labels cannot tell recall: then `low` is not believed, whatever it says.
    """

    name: str
    verdict: Verdict
    floor: float | None
    low: float = 0.0
    high: float = 1.0
    identified: bool = True


class Said(msgspec.Struct, frozen=True):
    """The gate's answer about one cell, and why."""

    cell: str
    gate: Gate
    reason: str


class Answer(msgspec.Struct, frozen=True):
    """The gate's answer about the release: the worst of its cells', with a line for each, worst first."""

    gate: Gate
    cells: tuple[Said, ...]
    reason: str


def ask(cells: Sequence[WatchedCell]) -> Answer:
    """Whether a release keeps its promises.

    Broken (1) if a watched cell is degraded; healthy (0) if every watched cell's lower limit is at or above
    its floor; else it cannot be told yet (3), also where nothing is watched. Costs: a cell whose recall lies
    just above its floor stays untold for long: .10 above .78 takes about 190 outcomes, .05 above about 900.

    >>> ask([WatchedCell(name="gdpr_erasure", verdict=Verdict.OK, floor=0.78, low=0.64, high=0.98)]).gate
    <Gate.CANNOT_TELL: 3>

    Source: section 7a of the design.
    """
    answers = sorted(
        (_say(cell) for cell in cells), key=lambda answer: (_WORST.index(answer.gate), answer.cell)
    )
    if not answers:
        return Answer(Gate.CANNOT_TELL, (), "nothing is watched: no cell has an active anchor")
    worst = answers[0].gate
    count = sum(answer.gate is worst for answer in answers)
    return Answer(worst, tuple(answers), f"{count} of {len(answers)} watched {_WORDS[worst]}")


_WORST = (Gate.BROKEN, Gate.CANNOT_TELL, Gate.HEALTHY)
_WORDS = {
    Gate.BROKEN: "broken",
    Gate.CANNOT_TELL: "cannot be told yet",
    Gate.HEALTHY: "at or above the floor",
}


def _say(cell: WatchedCell) -> Said:
    if cell.floor is None:
        return Said(cell.name, Gate.CANNOT_TELL, "no active anchor: there is nothing to hold it to")
    between = f"recall lies between {cell.low:.3f} and {cell.high:.3f}, the floor is {cell.floor:.3f}"
    if cell.verdict is Verdict.DEGRADED:
        return Said(cell.name, Gate.BROKEN, f"degraded: {between}")
    if not cell.identified:
        return Said(cell.name, Gate.CANNOT_TELL, "the labels it has cannot tell its recall")
    if cell.low >= cell.floor:
        return Said(cell.name, Gate.HEALTHY, f"healthy: {between}")
    if cell.high < cell.floor:
        return Said(cell.name, Gate.CANNOT_TELL, f"can't tell yet: {between}; it has not paged")
    verdict = "" if cell.verdict is Verdict.OK else f" ({cell.verdict.value})"
    return Said(
        cell.name,
        Gate.CANNOT_TELL,
        f"can't tell yet{verdict}: {between}, so it may be up to {cell.floor - cell.low:.3f} too low",
    )
