"""The watched cells of a release come in; whether it is healthy, broken or not known yet goes out."""

from collections.abc import Sequence
from enum import IntEnum

import msgspec

from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.state import Retirement
from monitor.domain.slices.cells import Cell


class Gate(IntEnum):
    """The answer, and the exit code of `anchorwatch gate`."""

    HEALTHY = 0
    BROKEN = 1
    CANNOT_TELL = 3


class WatchedCell(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate asks about a watched cell. Its coverage decides nothing: a lower limit at the floor holds anyway.

    `low` and `high` hold its recall: the confidence sequence, or section 4's interval for weighted labels.
    `identified` is False where the labels cannot tell recall: then neither is believed, whatever they say.
    `misses_first` is True where misses are labelled sooner than hits: recall only looks low, and `high` is not
    believed. `page_ended`: a person ended a page of it, and the bet began anew. `slices` of it are degraded (True) or
    suspected. `floor_as_read` is what labels read at the floor where second readings say that some are wrong; None: the
    floor itself.
    """

    name: str
    verdict: Verdict
    floor: float | None
    coverage: Coverage = Coverage.SEEN
    low: float = 0.0
    high: float = 1.0
    identified: bool = True
    misses_first: bool = False
    page_ended: bool = False
    slices: tuple[tuple[Cell, bool], ...] = ()
    floor_as_read: float | None = None

    @property
    def surely_above(self) -> bool:
        """Whether all of the interval is at or above the floor."""
        return self.identified and self.floor is not None and self.low >= self.floor

    @property
    def surely_below(self) -> bool:
        """Whether all of the interval is below the floor as labels read it, whether or not the cell has paged."""
        believed = self.identified and not self.misses_first
        floor = self.floor_as_read if self.floor_as_read is not None else self.floor
        return believed and floor is not None and self.high < floor


class CellAnswer(msgspec.Struct, frozen=True):
    """The gate's answer about one cell."""

    gate: Gate
    cell: WatchedCell


class GateQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Which watched cells are asked: those of intents that fit one of the patterns, with their `slices` or without.

    Without a pattern those of every intent.
    """

    intents: tuple[str, ...] = ()
    slices: bool = True


class ReleaseAnswer(msgspec.Struct, frozen=True):
    """The gate's answer about the release: the worst of its cells', worst first.

    `question` says which cells were asked. `unwatched` are the patterns of it that no watched cell fits: of those
    nobody can tell. `left_out` is what the watched slices of the intents that were asked would have answered, worst
    first, where slices were not asked. `retirement` is that of a version that is retired.
    """

    gate: Gate
    cells: tuple[CellAnswer, ...]
    question: GateQuestion = GateQuestion()
    unwatched: tuple[str, ...] = ()
    left_out: tuple[CellAnswer, ...] = ()
    retirement: Retirement | None = None


def ask(
    cells: Sequence[WatchedCell],
    question: GateQuestion | None = None,
    unwatched: Sequence[str] = (),
    left_out: Sequence[WatchedCell] = (),
    retirement: Retirement | None = None,
) -> ReleaseAnswer:
    """Whether a release keeps its promises.

    Broken (1) if a watched cell is degraded, or its recall since the release surely below its floor; healthy (0)
    if every watched cell's recall is surely at or above its floor; else it cannot be told yet (3), also where
    nothing is watched. Surely: by the whole interval. Costs: a cell whose recall lies just above its floor stays
    untold for long: .10 above .78 takes about 190 outcomes, .05 above about 900. One that lies at its floor is
    called broken with a chance of .05 at most, however often the gate is asked; weighted labels, whose interval is
    of one look, promise that for one look only.

    >>> ask([WatchedCell(name="gdpr_erasure", verdict=Verdict.OK, floor=0.78, low=0.64, high=0.98)]).gate
    <Gate.CANNOT_TELL: 3>

    Source: the exit codes of docs/operations.md.
    """
    answers = _answers(cells)
    gates = [answers[0].gate] if answers else [Gate.CANNOT_TELL]
    gates += [Gate.CANNOT_TELL] if unwatched else []
    return ReleaseAnswer(
        min(gates, key=_WORST.index),
        answers,
        question or GateQuestion(),
        tuple(unwatched),
        _answers(left_out),
        retirement,
    )


_WORST = (Gate.BROKEN, Gate.CANNOT_TELL, Gate.HEALTHY)


def _answers(cells: Sequence[WatchedCell]) -> tuple[CellAnswer, ...]:
    """Worst first."""
    answers = [CellAnswer(_answer(cell), cell) for cell in cells]
    return tuple(sorted(answers, key=lambda answer: (_WORST.index(answer.gate), answer.cell.name)))


def _answer(cell: WatchedCell) -> Gate:
    if cell.floor is None:
        return Gate.CANNOT_TELL
    if cell.verdict is Verdict.DEGRADED or cell.surely_below:
        return Gate.BROKEN
    return Gate.HEALTHY if cell.surely_above else Gate.CANNOT_TELL
