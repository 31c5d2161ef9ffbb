"""What `anchorwatch status` says of how labels were chosen."""

from monitor.domain.events.types import Design, Model
from monitor.domain.judging.state import CellLabels, CellState, HeldTo
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from reports.tables import designs

TICKETS = Model("tickets", "7")


def cell(intent: str, design: Design, *chances: float, by: int = 30) -> CellState:
    tally = Tally()
    for chance in chances:
        tally.count(intent, intent, by, design, chance)
    return CellState(Cell(TICKETS, intent), CellLabels(tally), HeldTo("listed"))


def test_uniform_labels_that_differ_in_chance_are_named_once() -> None:
    cells = [
        cell("refund", Design.UNIFORM, 0.1, 0.4),
        cell("erasure", Design.UNIFORM, 0.1, 0.4),
        cell("other", Design.UNIFORM, 0.1, 0.105),
        CellState(Cell(TICKETS, "refund", "channel=mail"), cell("refund", Design.UNIFORM, 0.1, 0.4).labels),
    ]

    assert designs.lines(cells) == [
        "refund and 1 more: labels that call themselves uniform were chosen with different chances, so each counts for"
        " the tickets it stands for; send the design they were chosen by"
    ]


def test_a_smallest_chance_far_below_those_that_labels_by_score_had_is_what_slows_their_bets() -> None:
    assert designs.lines([cell("refund", Design.BY_SCORE, 0.5, 0.05)]) == [
        "refund: labels by score were chosen with 0.05 at least, and sampling.min_probability is 0.01: at 0.05 a label"
        " would move its bet 5 times as far, and pages come sooner"
    ]
    assert designs.lines([cell("refund", Design.BY_SCORE, 0.5, 0.015)]) == []  # near enough
    assert designs.lines([cell("refund", Design.BY_SCORE, 0.5, 0.05, by=24)]) == []  # too few to tell
    assert (
        designs.lines([cell("refund", Design.BY_PREDICTION, 0.5, 0.05)]) == []
    )  # its own weights are its scale
